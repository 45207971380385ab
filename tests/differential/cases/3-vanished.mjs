// Section 3.1: a client that is gone without a Close: one webSocketClose with 1006, not clean; sending and closing do nothing.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json([this.log, this.state.getWebSockets().length]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    server.serializeAttachment("kept");
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(data); }
  webSocketClose(ws, code, reason, wasClean) {
    const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };
    this.log.push([code, reason, wasClean, ws.readyState, this.state.getTags(ws), ws.deserializeAttachment(), attempt(() => ws.send("x")), attempt(() => ws.close(1006)), attempt(() => ws.close(1000, "x")), ws.readyState, attempt(() => ws.send("y"))]);
  }
  webSocketError(ws, error) { this.log.push(["never", error.message]); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("hi");
  socket.vanish();
  await t.settled("/log", (body) => body.endsWith(",0]"));
}
