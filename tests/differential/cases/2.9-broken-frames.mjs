// Section 2.9: what an object sees of a client that breaks the protocol: its hibernatable socket.
import { BINARY, CONTINUATION, PING, TEXT, frame } from "../../support/raw.mjs";
import { classes, rooms } from "../programs.mjs";

export const config = { classes };
export const worker = rooms(`
  webSocketMessage(ws, data) { this.log.push(data); ws.send(data); }
  webSocketError(ws, error) { this.log.push(["error", error.name, error.message]); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push(["close", code, wasClean]); }
`);

export async function client(t) {
  const broken = {
    reserved: frame(TEXT, "hi", { reserved: 2 }),
    continuation: frame(CONTINUATION, "x"),
    nested: Buffer.concat([frame(TEXT, "a", { fin: false }), frame(TEXT, "b")]),
    ping: frame(PING, "x", { fin: false }),
    opcode: frame(3, "x"),
    control: frame(12, "x"),
    large: frame(BINARY, "", { length: 140 * 1024 * 1024 }),
  };
  for (const [name, bytes] of Object.entries(broken)) {
    const path = `/${name}`;
    const raw = await t.raw(path);
    raw.send(TEXT, "before");
    t.log(path, (await raw.next()).payload.toString());
    raw.write(bytes);
    raw.send(TEXT, "after");
    const { opcode, code, reason } = await raw.next();
    t.log(path, opcode, code, reason);
    raw.destroy();
    await t.settled(`${path}/log`, (body) => body.includes("error") || body.includes("close"));
  }
}
