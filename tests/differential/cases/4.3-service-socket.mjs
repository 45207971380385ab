// Section 4.3: a WebSocket through a service binding to an object.
export const config = { classes: { ROOM: "Room" }, services: { SIDE: { entrypoint: "Side" } } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch() { const [client, server] = Object.values(new WebSocketPair()); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  webSocketMessage(ws, message) { ws.send("room: " + message); if (message === "end") ws.close(4000, "ended"); }
}
export class Side extends WorkerEntrypoint { fetch(request) { return this.env.ROOM.getByName("one").fetch(request); } }
export default { fetch(request, env) { return env.SIDE.fetch(request); } };`;

export async function client(t) {
  const socket = await t.connect("/");
  t.log(await socket.ask("hello"));
  await socket.ask("end");
  await socket.closed();
}
