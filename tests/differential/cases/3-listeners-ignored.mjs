// Section 3: listeners and on<type> of a hibernatable socket never run, the class's handlers do.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    const never = (event) => { this.log.push("never " + event.type); };
    server.addEventListener("message", never);
    server.onmessage = server.onclose = server.onerror = never;
    this.state.acceptWebSocket(server);
    server.addEventListener("message", never);
    server.addEventListener("close", never);
    server.addEventListener("mine", (event) => { this.log.push(event.type); });
    server.dispatchEvent(new Event("mine"));
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { this.log.push(data); ws.send(data); }
  webSocketClose(ws, code) { this.log.push(code); ws.close(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("hello");
  await socket.close(3000);
  await t.settled("/log", (body) => body.includes("3000"));
}
