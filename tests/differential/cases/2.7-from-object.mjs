// Section 2.7: an object that opens a socket to a server and relays it to its own clients.
import { webSockets } from "../far.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    const far = new WebSocket("ws://" + searchParams.get("to"));
    this.far = far;
    await this.state.storage.put("opened", 1);
    far.addEventListener("message", async ({ data }) => { await this.state.storage.put("last", data); server.send("far: " + data); });
    far.addEventListener("close", ({ code, reason }) => server.close(code, "far: " + reason));
    await new Promise((resolve) => far.addEventListener("open", resolve));
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { this.far.send(data); }
  webSocketClose() { this.far.close(1000); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const to = await webSockets(t, (ws) => ws.on("message", (data) => (String(data) === "end" ? ws.close(4010, "ended") : ws.send(`echo ${data}`))));
  const socket = await t.connect(`/?to=${to}`, { name: "client" });
  for (const text of ["a", "b", ""]) await socket.ask(text);
  socket.send("end");
  await socket.closed();
}
