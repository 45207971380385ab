// Section 2.10: an attachment through the life of a hibernatable socket: in each handler, from the other list, after close.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    server.serializeAttachment({ before: "accepting" });
    this.state.acceptWebSocket(server);
    this.log.push(server.deserializeAttachment(), client.deserializeAttachment());
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    const before = ws.deserializeAttachment();
    ws.serializeAttachment({ ...before, [data]: true });
    ws.send(JSON.stringify([before, this.state.getWebSockets()[0].deserializeAttachment()]));
    if (data === "clear") { ws.serializeAttachment(null); ws.send(String(ws.deserializeAttachment())); ws.serializeAttachment(undefined); ws.send(String(ws.deserializeAttachment())); }
  }
  async webSocketClose(ws) {
    this.log.push(ws.deserializeAttachment());
    ws.serializeAttachment("in close");
    ws.close(1000);
    await scheduler.wait(5);
    this.log.push(ws.deserializeAttachment());
    this.kept = ws;
    setTimeout(() => { try { ws.serializeAttachment("after"); this.log.push(ws.deserializeAttachment()); } catch (error) { this.log.push(error.message); } this.log.push("end"); }, 20);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("a");
  await socket.ask("b");
  await socket.ask("clear");
  await socket.next();
  await socket.next();
  await socket.close(1000, "bye");
  await t.settled("/log", (body) => body.includes("end"));
}
