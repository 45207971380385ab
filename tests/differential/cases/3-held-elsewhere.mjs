// Section 3: a hibernatable socket used from an RPC method, a timer and another object's request.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server, ["t"]);
    setTimeout(() => server.send("from a timer"), 5);
    return new Response(null, { status: 101, webSocket: client });
  }
  tell(text) { const all = this.ctx.getWebSockets("t"); for (const ws of all) ws.send(text); return all.length; }
  async webSocketMessage(ws, data) {
    if (data === "other") { await this.env.ROOM.getByName("two").tellBack(data); ws.send("asked"); return; }
    ws.send(data);
  }
  async tellBack(data) { await this.env.ROOM.getByName("one").tell("from the other: " + data); }
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one");
    if (request.headers.get("Upgrade") === "websocket") return room.fetch(request);
    return new Response(String(await room.tell("from a method")));
  }
};`;

export async function client(t) {
  const socket = await t.connect("/", { name: "client" });
  await socket.next();
  await t.fetch("/");
  await socket.next();
  socket.send("other");
  await socket.next();
  await socket.next();
}
