// Section 3: getWebSockets() with real clients that come and go, and sending to all of them.
import { CLOSE } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const names = (list) => list.map((ws) => ws.deserializeAttachment() + ":" + ws.readyState);
    if (pathname === "/list") return Response.json([names(this.state.getWebSockets()), names(this.state.getWebSockets("even"))]);
    const [client, server] = Object.values(new WebSocketPair());
    const name = searchParams.get("name");
    this.state.acceptWebSocket(server, Number(name) % 2 ? ["odd"] : ["even", name]);
    server.serializeAttachment(name);
    server.send("welcome " + name);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) {
    if (message === "kick") return this.state.getWebSockets("2")[0].close(4002, "kicked");
    for (const one of this.state.getWebSockets()) one.send(ws.deserializeAttachment() + " says " + message);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const all = [];
  for (let name = 1; name <= 4; name++) {
    // The second one is bytes: workerd may keep the TCP connection long after the closing handshake.
    const socket = name === 2 ? await t.raw("/ws?name=2") : await t.connect(`/ws?name=${name}`, { name: String(name) });
    await socket.next();
    all.push(socket);
  }
  await t.fetch("/list");
  all[0].send("hello");
  for (const one of all) await one.next();
  all[3].send("kick");
  const { opcode, code, reason, payload } = await all[1].next();
  t.log("2:", opcode, code, reason);
  all[1].send(CLOSE, payload);
  await t.settled("/list", (body) => !body.includes('"2:'));
  all[2].vanish();
  await t.settled("/list", (body) => !body.includes('"3:'));
  all[0].send("again");
  await all[0].next();
  await all[3].next();
}
