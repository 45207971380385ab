// Section 6.7: what the handler sends over a hibernatable WebSocket arrives, after what it wrote.
export const config = { classes: { ROOM: "Room" }, sqlite: true };
export const worker = `
export class Room {
  constructor(ctx) { this.ctx = ctx; }
  async fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, text) {
    await this.ctx.storage.setAlarm(Date.now() + 5);
    ws.send("set " + text);
  }
  async alarm() {
    const runs = ((await this.ctx.storage.get("runs")) ?? 0) + 1;
    await this.ctx.storage.put("runs", runs);
    for (const ws of this.ctx.getWebSockets()) ws.send("alarm " + runs);
    if (runs < 3) await this.ctx.storage.setAlarm(Date.now() + 5);
    else for (const ws of this.ctx.getWebSockets()) ws.close(1000, "done");
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;
export async function client(t) {
  const socket = await t.connect("/", { name: "socket" });
  socket.send("it");
  await socket.closed();
}
