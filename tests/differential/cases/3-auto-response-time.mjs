// Section 3: getWebSocketAutoResponseTimestamp: when the last automatic answer went out, for each socket; null before.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong")); this.log = []; }
  times() { return this.state.getWebSockets("t").map((ws) => this.state.getWebSocketAutoResponseTimestamp(ws)); }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(this.log);
    if (pathname === "/times") {
      const now = this.times(), before = this.before ?? [];
      this.before = now;
      return Response.json(now.map((at, place) => at === null ? null : [at instanceof Date, Math.abs(Date.now() - at.getTime()) < 60_000, before[place] ? at >= before[place] : "first"]));
    }
    if (pathname === "/clear") { this.state.setWebSocketAutoResponse(); return Response.json(this.times().map((at) => at !== null)); }
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws) { ws.send("handler"); }
  webSocketClose(ws) { this.log.push([this.state.getWebSocketAutoResponseTimestamp(ws) !== null]); ws.close(1000); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const one = await t.connect("/ws", { name: "one" });
  const two = await t.connect("/ws", { name: "two" });
  await t.fetch("/times");
  await one.ask("ping");
  await t.fetch("/times");
  await one.ask("ping");
  await two.ask("other");
  await t.fetch("/times");
  await two.ask("ping");
  await t.fetch("/times");
  await t.fetch("/clear");
  await two.ask("ping");
  await t.fetch("/times");
  await one.close(1000);
  await t.settled("/log", (body) => body !== "[]");
}
