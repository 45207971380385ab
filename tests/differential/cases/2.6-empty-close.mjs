// Section 2.6: a Close without a body is 1005 to the listener; the answer to it carries no body either.
import { CLOSE } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  server.accept();
  server.addEventListener("close", (event) => {
    const line = [event.code, event.reason, event.wasClean];
    try { server.close(event.code, "again"); } catch (error) { line.push(error.name, error.message); }
    log.push(line);
  });
`);

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(CLOSE);
  const { opcode, payload } = await raw.next();
  t.log(opcode, payload.length);
  await t.settled("/log", (body) => body !== "[]");
}
