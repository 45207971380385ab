// Section 3: an object without socket handlers drops the events and keeps the socket.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    if (new URL(request.url).pathname === "/count") return new Response(String(this.state.getWebSockets().length));
    if (new URL(request.url).pathname === "/send") { for (const ws of this.state.getWebSockets()) ws.send("from fetch"); return new Response("sent"); }
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  socket.send("dropped");
  await t.fetch("/count");
  await t.fetch("/send");
  await socket.next();
  socket.vanish();
  await t.settled("/count", (body) => body === "0");
}
