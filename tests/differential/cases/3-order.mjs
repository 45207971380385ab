// Section 3.1: one socket's messages are delivered in order; a handler that awaits does not hold the next one back.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    this.state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    server.send("first of all");
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, message) {
    if (message === "slow") { ws.send("slow begins"); await new Promise((resolve) => (this.go = resolve)); ws.send("slow ends"); return; }
    ws.send("got " + message);
    if (message === "release") this.go();
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (let number = 0; number < 50; number++) socket.send(String(number));
  for (const message of ["slow", "quick", "release", "last"]) socket.send(message);
  await socket.until((message) => message === "got last");
}
