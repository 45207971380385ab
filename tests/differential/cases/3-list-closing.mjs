// Section 3: a socket that closes is listed until its close event is over, and no longer after it.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    const { pathname } = new URL(request.url);
    const list = () => this.state.getWebSockets().map((ws) => ws.readyState);
    if (pathname === "/log") return Response.json(this.log);
    if (pathname === "/list") return Response.json([list(), this.state.getWebSockets("t").length]);
    if (pathname === "/go") { this.go(); return new Response("went"); }
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server, ["t"]);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws) { ws.close(4000, "program"); ws.was = "closed"; this.log.push(["after close", this.state.getWebSockets().length, ws.readyState]); }
  async webSocketClose(ws, code) {
    this.log.push([code, ws.readyState, this.state.getWebSockets().map((one) => [one === ws, one.readyState]), this.state.getTags(ws)]);
    await new Promise((resolve) => (this.go = resolve));
    this.log.push(["later", this.state.getWebSockets().length, this.state.getWebSockets("t").length, ws.readyState, this.state.getTags(ws)]);
    try { ws.send("late"); } catch (error) { this.log.push(error.message); }
    ws.close(1000, "late");
    this.log.push(["answered", this.state.getWebSockets().length, ws.readyState]);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(CLOSE, closing(3000, "bye"));
  await t.settled("/log", (body) => body.includes("3000"));
  await t.fetch("/go");
  await t.settled("/log", (body) => body.includes("answered"));
  await t.settled("/list", (body) => body === "[[],0]");
  raw.destroy();
  const other = await t.raw("/ws");
  other.send(TEXT, "close");
  t.log((await other.next()).code);
  await t.fetch("/list");
  other.send(CLOSE, closing(4000, "program"));
  await t.settled("/log", (body) => body.split("later").length === 2 && body.includes("[4000"));
  await t.fetch("/go");
  await t.settled("/list", (body) => body === "[[],0]");
}
