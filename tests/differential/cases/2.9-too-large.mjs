// Section 2.9: a message of more than 32 MiB is refused by its header alone: 1009, and an error in the program.
import { BINARY, TEXT, frame } from "../../support/raw.mjs";
import { sockets } from "../programs.mjs";

export const worker = sockets(`
  server.accept();
  server.addEventListener("message", () => log.push("never"));
  server.addEventListener("error", ({ message }) => log.push(message));
`);

export async function client(t) {
  for (const opcode of [TEXT, BINARY]) {
    const raw = await t.raw("/ws");
    raw.write(frame(opcode, "", { length: 32 * 1024 * 1024 + 1 }));
    const answer = await raw.next();
    t.log(answer.opcode, answer.code, answer.reason);
    raw.destroy();
  }
  await t.settled("/log", (body) => body.split("error").length === 3);
}
