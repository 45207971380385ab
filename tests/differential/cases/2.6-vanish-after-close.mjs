// Section 2.6: the program closed, and the client went without a Close of its own.
import { CLOSE, TEXT } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const config = { classes };
export const worker = rooms(`
  webSocketMessage(ws) { ws.close(3001, "enough"); }
  webSocketError(ws, error) { this.log.push(["error", error.message]); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, reason, wasClean, ws.readyState]); }
`);

export async function client(t) {
  for (const path of ["/one/accepted", "/two/held"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    t.log(path, (await raw.next()).opcode === CLOSE);
    raw.destroy();
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body.includes("close"));
  }
}
