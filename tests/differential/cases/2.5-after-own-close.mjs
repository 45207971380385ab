// Section 2.5: what arrives after the program's own close(): messages still come until the peer's Close.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const config = { classes };
export const worker = rooms(`
  webSocketMessage(ws, data) {
    this.log.push([data, ws.readyState]);
    if (data === "close") ws.close(3001, "enough");
    this.log.push(ws.readyState);
  }
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, reason, wasClean, ws.readyState]); }
`);

export async function client(t) {
  for (const path of ["/one/accepted", "/two/held"]) {
    const raw = await t.raw(path);
    raw.send(TEXT, "close");
    const { opcode, code, reason } = await raw.next();
    t.log(path, opcode, code, reason);
    raw.send(TEXT, "still here");
    raw.send(CLOSE, closing(3001, "enough"));
    await t.settled(path.replace(/[a-z]+$/, "log"), (body) => body.includes("still here") && body.includes('"close",3001'));
  }
}
