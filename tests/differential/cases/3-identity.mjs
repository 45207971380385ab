// Section 3: a socket is one JavaScript object while the instance lives, however the program comes by it.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.known = new Map(); this.weak = new WeakMap(); }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    server.own = "property";
    this.known.set(server, 0);
    this.weak.set(server, "weakly");
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    this.known.set(ws, this.known.get(ws) + 1);
    ws.send(JSON.stringify([this.known.size, this.known.get(ws), ws.own, this.weak.get(ws), this.state.getWebSockets().includes(ws), this.state.getWebSockets("t").indexOf(ws), ws.constructor === WebSocket]));
  }
  webSocketClose(ws, code) { const had = this.known.delete(ws); for (const one of this.known.keys()) one.send("left " + had + " " + ws.own); ws.close(code); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const one = await t.connect("/", { name: "one" });
  const two = await t.connect("/", { name: "two" });
  for (const socket of [one, two, one, one]) await socket.ask("x");
  await two.close(1000);
  await one.next();
}
