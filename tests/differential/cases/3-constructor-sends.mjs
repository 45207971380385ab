// Section 3.1: what the constructor waits for comes before the first message of a socket is handled.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) {
    this.state = state;
    this.ready = "no";
    state.blockConcurrencyWhile(async () => { await scheduler.wait(30); this.ready = "yes"; });
  }
  async fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    server.send("ready " + this.ready);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, data) {
    if (data === "block") { this.state.blockConcurrencyWhile(async () => { ws.send("inside"); await scheduler.wait(20); ws.send("inside ends"); }); ws.send("called"); return; }
    ws.send("got " + data);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/", { name: "client" });
  socket.send("first");
  await socket.next();
  await socket.next();
  socket.send("block");
  socket.send("after");
  for (let n = 0; n < 4; n++) await socket.next();
}
