// Section 3.1: webSocketClose that throws before it answers: it ran once, the socket is gone from the list.
import { CLOSE, closing } from "../../support/raw.mjs";

export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json([this.log, this.state.getWebSockets().length]);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketClose(ws, code, reason) {
    this.log.push([code, reason]);
    if (reason === "reject") return Promise.reject(new Error("rejected"));
    throw new Error("thrown");
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const reason of ["throw", "reject"]) {
    const raw = await t.raw("/ws");
    raw.send(CLOSE, closing(3000, reason));
    await t.settled("/log", (body) => body.includes(reason) && body.endsWith(",0]"));
    raw.destroy();
  }
}
