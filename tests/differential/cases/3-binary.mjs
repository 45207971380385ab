// Section 3: webSocketMessage gets an ArrayBuffer for bytes, whatever binaryType says, and strings for text.
export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2026-03-16" }, after: { date: "2026-03-17" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const { pathname } = new URL(request.url);
    if (pathname === "/before") server.binaryType = "blob";
    this.state.acceptWebSocket(server);
    if (pathname === "/after") server.binaryType = "blob";
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(JSON.stringify([typeof data, data.constructor.name, data.byteLength ?? data.length, ws.binaryType])); if (typeof data !== "string") ws.send(data); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/default", "/before", "/after"]) {
    const socket = await t.connect(path, { name: path });
    await socket.ask("text");
    for (const bytes of [new Uint8Array([0, 128, 255]), new Uint8Array(0)]) { await socket.ask(bytes); await socket.next(); }
  }
}
