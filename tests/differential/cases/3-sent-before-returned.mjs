// Section 3: what an object sends, and closes, on a hibernatable socket before it returns the other end.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    server.send("early");
    server.send(new Uint8Array([1]));
    if (pathname === "/late") await scheduler.wait(20);
    if (pathname === "/refused") { server.close(4003, "not you"); return new Response("no", { status: 403 }); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(data); }
  webSocketClose(ws, code) { ws.close(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname === "/refused" ? "two" : "one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/now", "/late"]) {
    const socket = await t.connect(path, { name: path });
    await socket.next();
    await socket.next();
    await socket.ask("hi");
  }
  await t.connect("/refused", { name: "/refused" });
}
