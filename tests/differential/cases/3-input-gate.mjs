// Section 3.1: storage holds the next message back, other waiting does not; messages of two sockets are handled one by one.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return new Response(this.log.join(" "));
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, data) {
    this.log.push("<" + data);
    if (data === "count") {
      const count = (await this.state.storage.get("count")) ?? 0;
      await this.state.storage.put("count", count + 1);
      ws.send("count " + (count + 1));
    } else if (data === "c") this.go();
    else await (this.gone ??= new Promise((resolve) => (this.go = resolve)));
    this.log.push(data + ">");
    ws.send("done " + data);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (let n = 0; n < 10; n++) socket.send("count");
  for (let n = 0; n < 20; n++) await socket.next();
  for (const data of ["a", "b", "c"]) socket.send(data);
  for (let n = 0; n < 3; n++) await socket.next();
  await t.fetch("/log");
}
