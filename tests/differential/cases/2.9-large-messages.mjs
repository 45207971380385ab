// Section 2.9: large and fragmented messages, and a ping that only the runtime answers.
import { BINARY, CONTINUATION, PING, PONG, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.seen = 0; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    this.seen++;
    ws.send(typeof data === "string" ? "text " + data.length + " " + data.slice(0, 5) : "binary " + (data.byteLength ?? data.size));
    if (data === "count") ws.send("seen " + this.seen);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(request.url).fetch(request) };`;

export async function client(t) {
  for (const path of ["/ordinary", "/hibernatable"]) {
    const socket = await t.connect(path, { name: path });
    for (const size of [0, 125, 126, 65535, 65536, 900_000]) {
      await socket.ask("x".repeat(size));
      await socket.ask(new Uint8Array(size));
    }
    await socket.ping("hello");
    await socket.ask("count");
    const raw = await t.raw(path);
    raw.send(TEXT, "hel", { fin: false });
    raw.send(PING, "between");
    raw.send(CONTINUATION, "lo", { fin: false });
    raw.send(CONTINUATION, "", { fin: true });
    raw.send(BINARY, "", { fin: false });
    raw.send(CONTINUATION, "ab");
    raw.send(PONG, "unasked");
    for (let at = 0; at < 3; at++) {
      const { opcode, payload } = await raw.next();
      t.log(path, opcode, payload.toString());
    }
  }
}
