// Section 2.6: client and program close at the same time: one close event, one Close frame each way.
import { closing, CLOSE, TEXT } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const config = { classes };
export const worker = rooms(`
  webSocketMessage(ws) { ws.close(4001, "program"); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push([code, reason, wasClean, ws.readyState]); ws.close(1000); }
`);

export async function client(t) {
  for (const path of ["/one/accepted", "/two/held"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    raw.send(CLOSE, closing(3001, "client"));
    const { opcode, code, reason } = await raw.next();
    t.log(path, opcode, code, reason);
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body !== "[]");
  }
}
