// Section 2.6: the Close frames of an object's sockets as they are on the wire.
import { TEXT } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const config = { classes };
export const worker = rooms(`
  webSocketMessage(ws, data) { ws.close(...JSON.parse(data)); }
`);

export async function client(t) {
  for (const path of ["/one/accepted", "/one/held"]) {
    for (const how of [[], [1000], [1000, ""], [1001, "going"], [1012, "x".repeat(123)], [3000, "\u00e9\u{1F600}"], [4999, "\u0000"]]) {
      const raw = await t.raw(path);
      raw.send(TEXT, JSON.stringify(how));
      const { opcode, payload } = await raw.next();
      t.log(path, opcode, payload.toString("hex"));
      raw.destroy();
    }
  }
}
