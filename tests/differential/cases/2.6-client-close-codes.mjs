// Section 2.6: every code a client may close with reaches the program as it is, and comes back as it is.
import { CLOSE, closing } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const worker = sockets(`
  server.accept();
  server.addEventListener("close", ({ code, reason, wasClean }) => { log.push([code, reason, wasClean]); try { server.close(code, "program: " + reason); } catch (error) { log.push(error.message); } });
`);

export async function client(t) {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999]) {
    const raw = await t.raw("/ws");
    raw.send(CLOSE, closing(code, `with ${code}`));
    const answer = await raw.next();
    t.log(code, answer.opcode, answer.code, answer.reason);
    raw.destroy();
  }
  await t.settled("/log", (body) => body.includes("4999"));
}
