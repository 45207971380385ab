// Section 3: sockets, tags and auto-responses belong to one object, not to its class.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/set")) this.state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong " + this.state.id.name));
    if (pathname.endsWith("/set") || pathname.endsWith("/look")) return Response.json([this.state.getWebSockets().length, this.state.getWebSockets("t").length, this.state.getWebSocketAutoResponse()?.response ?? null]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(this.state.id.name + " got " + data); }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };`;

export async function client(t) {
  const a = await t.connect("/a/ws", { name: "a" });
  await t.fetch("/a/set");
  const b = await t.connect("/b/ws", { name: "b" });
  await t.fetch("/b/look");
  for (const socket of [a, b]) await socket.ask("ping");
  await t.fetch("/b/set");
  for (const socket of [a, b]) await socket.ask("ping");
  await t.fetch("/a/look");
}
