// Section 2.9: pings are answered by the runtime, in order, before the program accepts and while its handler waits.
import { PING, PONG, TEXT } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.seen = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.seen);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.state.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); }
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, data) {
    this.seen.push(data);
    await scheduler.wait(20);
    ws.send(data);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/ordinary", "/hibernatable"]) {
    const raw = await t.raw(path);
    for (const payload of ["", "a", "x".repeat(125)]) {
      raw.send(PING, payload);
      const frame = await raw.next();
      t.log(path, frame.opcode === PONG, frame.payload.toString());
    }
    raw.send(TEXT, "slow");
    raw.send(PING, "meanwhile");
    const frames = [await raw.next(), await raw.next()].map(({ opcode, payload }) => `${opcode} ${payload}`).sort();
    t.log(path, frames);
    raw.send(PONG, "unasked");
    raw.send(TEXT, "last");
    t.log(path, (await raw.next()).payload.toString());
  }
  await t.fetch("/log");
}
