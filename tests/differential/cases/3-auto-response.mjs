// Section 3: the automatic answer: exact text only, never through the handler, with a timestamp.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.seen = []; }
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const pair = (name) => { const now = this.state.getWebSocketAutoResponse(); return now && [now.request, now.response]; };
    if (pathname === "/set") { this.state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(searchParams.get("q"), searchParams.get("a"))); return Response.json(pair()); }
    if (pathname === "/clear") { this.state.setWebSocketAutoResponse(); return Response.json(pair()); }
    if (pathname === "/seen") return Response.json([this.seen, this.state.getWebSockets().map((ws) => { const at = this.state.getWebSocketAutoResponseTimestamp(ws); return at === null ? null : at instanceof Date && Math.abs(Date.now() - at) < 60000; })]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { this.seen.push(typeof message === "string" ? message : message.byteLength); ws.send("handler"); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("ping");
  await t.fetch("/seen");
  await t.fetch("/set?q=ping&a=pong");
  await socket.ask("ping");
  await socket.ask("PING");
  await socket.ask("ping ");
  await socket.ask(new TextEncoder().encode("ping"));
  await t.fetch("/seen");
  await t.fetch("/set?q=a&a=b");
  await socket.ask("ping");
  await socket.ask("a");
  await t.fetch("/clear");
  await socket.ask("a");
  await t.fetch("/seen");
}
