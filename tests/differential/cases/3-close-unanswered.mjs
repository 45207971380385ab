// Sections 2.6 and 3.1: a hibernatable socket whose handler does not answer a Close. workerd leaves it open until the client
// gives up; Holdfast answers once the handler has run, as the documentation says.
import { closing, CLOSE } from "../../support/raw.mjs";

export const differs = "workerd never answers a Close on a hibernatable socket";
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.log = []; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(this.log);
    const [client, server] = Object.values(new WebSocketPair());
    this.state.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketClose(ws, code, reason, wasClean) { this.log.push([code, reason, wasClean, ws.readyState]); }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(CLOSE, closing(3000, "bye"));
  await t.settled("/log", (body) => body !== "[]");
  const answer = await raw.next(2_000).catch(() => null);
  t.log(answer ? [answer.opcode, answer.code, answer.reason] : "no answer");
}
