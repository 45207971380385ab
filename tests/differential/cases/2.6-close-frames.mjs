// Section 2.6: the Close frames of an object's sockets as they are on the wire.
import { TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.close(...JSON.parse(data)); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/ordinary", "/hibernatable"]) {
    for (const how of [[], [1000], [1000, ""], [1001, "going"], [1012, "x".repeat(123)], [3000, "\u00e9\u{1F600}"], [4999, "\u0000"]]) {
      const raw = await t.raw(path);
      raw.send(TEXT, JSON.stringify(how));
      const { opcode, payload } = await raw.next();
      t.log(path, opcode, payload.toString("hex"));
      raw.destroy();
    }
  }
}
