// Section 2.2: readyState and the other attributes of a hibernatable socket through its life.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  look(when, ws) { this.log.push([when, ws.readyState, ws.url, ws.protocol, ws.extensions]); }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    this.look("made", server);
    this.state.acceptWebSocket(server);
    this.look("accepted", server);
    this.look("its mate", client);
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": "chat" } });
  }
  webSocketMessage(ws, message) { this.look(message, ws); if (message === "close") { ws.close(4000, "mine"); this.look("closed by me", ws); } }
  webSocketClose(ws, code) { this.look("close " + code, ws); ws.close(code); this.look("answered", ws); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  for (const [name, first] of [["theirs", null], ["ours", "close"]]) {
    const raw = await t.raw(`/${name}/ws`, { "Sec-WebSocket-Protocol": "chat" });
    raw.send(TEXT, "hello");
    if (first) { raw.send(TEXT, first); await raw.next(); }
    raw.send(CLOSE, closing(4000, "theirs"));
    if (!first) await raw.next();
    await t.settled(`/${name}/log`, (body) => body.includes("answered"));
  }
}
