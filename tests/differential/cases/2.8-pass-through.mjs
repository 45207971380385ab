// Section 2.8: what an object or a server sent on a socket that a Worker only passes through arrives as it is, from both ends.
import { BINARY, CLOSE, TEXT, closing } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client, headers: { "Set-Cookie": "a=b", "X-Room": "r", "Sec-WebSocket-Protocol": "p2" } });
  }
  webSocketMessage(ws, data) { this.log.push(typeof data === "string" ? data.length : [data.byteLength]); ws.send(data); }
  webSocketClose(ws, code, reason, wasClean) { this.log.push([code, reason, wasClean]); ws.close(code, "room " + reason); }
}
export default {
  async fetch(request, env) {
    const answer = await env.ROOM.getByName("one").fetch(request);
    if (new URL(request.url).pathname !== "/changed") return answer;
    const changed = new Response(null, answer);
    changed.headers.set("X-Room", "changed");
    changed.headers.append("Set-Cookie", "c=d");
    return changed;
  }
};`;

export async function client(t) {
  for (const path of ["/as-is", "/changed"]) {
    const raw = await t.raw(path, { "Sec-WebSocket-Protocol": "p1, p2" });
    for (const size of [0, 1, 70_000]) {
      raw.send(TEXT, "x".repeat(size));
      raw.send(BINARY, Buffer.alloc(size, 7));
      for (let n = 0; n < 2; n++) { const { opcode, payload } = await raw.next(); t.log(path, opcode, payload.length); }
    }
    raw.send(CLOSE, closing(3100, "bye"));
    const { code, reason } = await raw.next();
    t.log(path, code, reason);
    const socket = await t.connect(path, { name: path, protocols: ["p1", "p2"] });
    t.log(path, socket.protocol, socket.headers["set-cookie"], socket.headers["x-room"]);
    socket.vanish();
  }
  await t.settled("/log", (body) => body.split("1006").length === 3);
}
