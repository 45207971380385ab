// Section 5: what an event sent and wrote before it calls abort() in the same turn is not seen by anybody.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/look") return Response.json([await this.ctx.storage.get("a") ?? null, await this.ctx.storage.get("b") ?? null]);
    if (pathname === "/write") { await this.ctx.storage.put("b", "kept"); await this.ctx.storage.sync(); this.ctx.storage.put("a", "lost"); this.ctx.abort("after writing"); }
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) {
    ws.send("got " + data);
    if (data !== "abort") return;
    this.ctx.storage.put("a", "lost");
    this.ctx.abort("in a message");
  }
}
export default { async fetch(request, env) { try { return await env.ROOM.getByName("one").fetch(request); } catch (error) { return new Response(error.message, { status: 418 }); } } };`;

export async function client(t) {
  await t.fetch("/write");
  await t.fetch("/look");
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("hi");
  socket.send("abort");
  await socket.closed();
  t.log(socket.events.slice(0, 2));
  await t.fetch("/look");
}
