// Section 6.5: the synchronous API in a constructor, in timers and in handlers of sockets.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.kv = state.storage.kv; this.kv.put("constructed", (this.kv.get("constructed") ?? 0) + 1); }
  async fetch(request) {
    if (request.headers.get("upgrade") === "websocket") {
      const [theirs, mine] = Object.values(new WebSocketPair());
      this.state.acceptWebSocket(mine);
      return new Response(null, { status: 101, webSocket: theirs });
    }
    if (new URL(request.url).pathname === "/timer") await new Promise((resolve) => setTimeout(() => { this.kv.put("timer", 1); resolve(); }, 1));
    return Response.json([...this.kv.list()]);
  }
  webSocketMessage(socket, message) {
    try { this.state.storage.transactionSync(() => { this.kv.put("message", message); if (message === "throw") throw new Error("undone"); }); } catch {}
    socket.send(JSON.stringify([...this.kv.list()]));
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/one");
  await t.fetch("/timer");
  const socket = await t.connect("/");
  for (const message of ["first", "throw", "last"]) await socket.ask(message);
  await t.fetch("/two");
}
