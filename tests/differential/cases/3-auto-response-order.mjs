// Section 3.1: an automatic answer keeps its place among what its socket brought: what came before it is delivered first, and what
// a handler sent at once leaves before it. What a handler sends later leaves later. The pair is the one in force by then.
export const config = { classes: { ROOM: "Room" }, flags: ["unsafe_module"], sqlite: true };
export const worker = `
import unsafe from "workerd:unsafe";
const settings = (state) => state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
export class Room {
  constructor(state) { this.state = state; if (state.getWebSockets().length === 0) settings(state); }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/set") { settings(this.state); return new Response("set"); }
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) {
    const [what, text] = message.split(" ");
    switch (what) {
      case "now": ws.send("answer " + text); break;
      case "later": return scheduler.wait(30).then(() => ws.send("answer " + text));
      case "microtask": return Promise.resolve().then(() => ws.send("answer " + text));
      case "written": this.state.storage.put("key", text); ws.send("answer " + text); break;
      case "pair": this.state.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", text)); ws.send("pair " + text); break;
      case "none": this.state.setWebSocketAutoResponse(); ws.send("no pair"); break;
      case "ping": ws.send("a handler got a ping"); break;
      case "many": for (let n = 0; n < 5; n++) ws.send(text + n); break;
    }
  }
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one");
    if (new URL(request.url).pathname === "/evict") { await unsafe.evict(room); return new Response("evicted"); }
    return room.fetch(request);
  }
};`;

const rounds = [
  ["now 1", "ping", "now 2", "ping"],
  ["microtask 3", "ping", "microtask 4", "ping"],
  ["later 5", "ping", "now 6", "ping"],
  ["many 7-", "ping"],
  ["written 8", "now 9", "ping"],
  ["ping", "now 10", "ping", "now 11"],
  ["pair other", "ping"],
  ["none", "ping"],
];
const answers = { many: 5 };

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  for (const [number, round] of [...rounds, ...rounds].entries()) {
    if (number >= rounds.length) await t.fetch("/evict");
    socket.socket._socket.cork();
    for (const text of round) socket.send(text);
    socket.socket._socket.uncork();
    const count = round.reduce((sum, text) => sum + (answers[text.split(" ")[0]] ?? 1), 0);
    for (let n = 0; n < count; n++) await socket.next();
    await t.fetch("/set");
  }
}
