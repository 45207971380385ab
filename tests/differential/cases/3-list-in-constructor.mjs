// Section 3: the sockets of an object are there in its constructor, also of one that was reset by nobody: none at first.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) {
    this.state = state;
    this.atBirth = [state.getWebSockets().length, state.getWebSockets("t").length, state.getWebSocketAutoResponse(), state.getHibernatableWebSocketEventTimeout()];
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("?", "!"));
  }
  fetch(request) {
    if (request.url.endsWith("/birth")) return Response.json(this.atBirth);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/birth");
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("?");
  await t.fetch("/birth");
}
