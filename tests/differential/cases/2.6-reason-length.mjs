// Section 2.6: since 2026-03-03 a reason of more than 123 bytes is refused; before, it is cut on the wire.
import { TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2026-03-02" }, after: { date: "2026-03-03" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/held")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    try { ws.close(1000, data); } catch (error) { ws.send(error.name + ": " + error.message + " " + error.code); ws.close(1001, "refused"); }
  }
  webSocketClose() {}
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t, { date }) {
  // What goes out before 2026-03-03 is broken at workerd: a Close frame has no room for more than 123 bytes.
  const reasons = ["x".repeat(123), "\u00e9".repeat(61)];
  if (date >= "2026-03-03") reasons.push("x".repeat(124), "\u00e9".repeat(62), "\u{1F600}".repeat(31), "y".repeat(4000));
  for (const path of ["/accepted", "/held"]) {
    for (const reason of reasons) {
      const raw = await t.raw(path);
      raw.send(TEXT, reason);
      const first = await raw.next();
      t.log(path, first.opcode, first.opcode === TEXT ? first.payload.toString() : [first.code, first.reason]);
      if (first.opcode === TEXT) { const { code, reason: text } = await raw.next(); t.log(path, code, text); }
      raw.destroy();
    }
  }
}
