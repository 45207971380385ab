// Section 3.1: a handler that throws or rejects: the socket stays open, the instance lives, the next message comes.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
let births = 0;
export class Room {
  constructor(state) { this.state = state; births++; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json([births, this.log, this.state.getWebSockets().length]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    this.log.push(data);
    ws.send("before " + data);
    switch (data) {
      case "throw": throw new Error("thrown");
      case "string": throw "a string";
      case "reject": return Promise.reject(new TypeError("rejected"));
      case "later": return scheduler.wait(1).then(() => { throw new Error("later"); });
      case "nested": Promise.reject(new Error("nobody waits")); break;
      case "bad close": ws.close(1005);
      case "bad send": ws.send(Symbol("no"));
    }
    ws.send("after " + data);
  }
  webSocketClose(ws, code) { this.log.push(code); ws.close(code); throw new Error("in close"); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (const data of ["throw", "string", "reject", "later", "bad close", "bad send"]) await socket.ask(data);
  await socket.ask("nested");
  await socket.next();
  await t.fetch("/log");
  await socket.close(1000);
  await t.settled("/log", (body) => body.includes("1000") && body.endsWith(",0]"));
}
