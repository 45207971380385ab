// Section 3: the handlers of hibernatable sockets: arguments, identity, closing from either side.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; this.sockets = new Map(); }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    this.log.push(["accept", this.state.acceptWebSocket(server) === undefined, server.readyState]);
    this.sockets.set(server, pathname);
    server.addEventListener("message", () => this.log.push("never"));
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) {
    this.log.push([this.sockets.get(ws), arguments.length, typeof message === "string" ? message : [message.constructor.name, ...new Uint8Array(message)], ws === this.state.getWebSockets()[0], ws.readyState]);
    if (message === "close") return ws.close(4001, "asked");
    if (message === "throw") throw new Error("in webSocketMessage");
    if (message === "reject") return Promise.reject(new Error("later"));
    ws.send(message);
  }
  async webSocketClose(ws, code, reason, wasClean) {
    const line = [this.sockets.get(ws), arguments.length, code, reason, wasClean, ws.readyState, this.state.getWebSockets().length];
    try { ws.send("sent in close"); line.push("sent"); } catch (error) { line.push(error.message); }
    try { ws.close(code === 1005 ? 1000 : code, "room is closing"); line.push(ws.readyState); } catch (error) { line.push(error.message); }
    this.log.push(line);
  }
  webSocketError(ws, error) { this.log.push(["error", this.sockets.get(ws), error.constructor.name, error.message]); }
}
export default { fetch: (request, env) => env.ROOM.get(env.ROOM.idFromName("one")).fetch(request) };`;

export async function client(t) {
  const one = await t.connect("/one", { name: "one" });
  await one.ask("hello");
  await one.ask(new Uint8Array([1, 2, 255]));
  await one.ask("");
  one.send("throw");
  await one.ask("after a throw");
  one.send("reject");
  await one.ask("after a rejection");
  await one.close(1000, "bye");
  await t.settled("/log", (body) => body.includes('"bye"'));
  const two = await t.connect("/two", { name: "two" });
  two.send("close");
  await two.closed();
  await t.settled("/log", (body) => body.includes('"/two",4,'));
  const three = await t.connect("/three", { name: "three" });
  await three.close();
  await t.settled("/log", (body) => body.includes('"/three",4,'));
  const four = await t.connect("/four", { name: "four" });
  await four.ask("hi");
  four.vanish();
  await t.settled("/log", (body) => body.includes('"/four",4,'));
  await t.settled("/log", () => true);
}
