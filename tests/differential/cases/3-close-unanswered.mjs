// Sections 2.6 and 3.1: a hibernatable socket whose handler does not answer a Close. workerd leaves it open until the client
// gives up; Holdfast answers once the handler has run, as the documentation says.
import { closing, CLOSE } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const differs = "workerd never answers a Close on a hibernatable socket";
export const config = { classes };
export const worker = rooms(`
  webSocketClose(ws, code, reason, wasClean) { this.log.push([code, reason, wasClean, ws.readyState]); }
`);

export async function client(t) {
  const raw = await t.raw("/one/ws");
  raw.send(CLOSE, closing(3000, "bye"));
  await t.settled("/one/log", (body) => body !== "[]");
  const answer = await raw.next(2_000).catch(() => null);
  t.log(answer ? [answer.opcode, answer.code, answer.reason] : "no answer");
}
