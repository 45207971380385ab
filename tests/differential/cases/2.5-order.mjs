// Section 2.5: what is sent in one event and across awaits arrives in the order of send(), text and bytes alike.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    server.send("before the answer");
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, data) {
    ws.send(data + " 1");
    ws.send(new Uint8Array([2, 2]));
    await this.state.storage.put("key", data);
    ws.send(data + " 3");
    queueMicrotask(() => ws.send(data + " 5"));
    ws.send("x".repeat(3000));
    await Promise.resolve();
    ws.send(new Uint8Array(0));
    await this.state.storage.get("key");
    ws.send(data + " 7");
    ws.send("");
    ws.send(data + " end");
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(request.url).fetch(request) };`;

export async function client(t) {
  for (const path of ["/ordinary", "/hibernatable"]) {
    const socket = await t.connect(path, { name: path });
    await socket.next();
    socket.send("a");
    for (let last; last !== "a end"; ) last = await socket.next();
    socket.send("b");
    for (let last; last !== "b end"; ) last = await socket.next();
  }
}
