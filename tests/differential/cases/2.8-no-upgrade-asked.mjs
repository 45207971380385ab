// Section 2.8: a 101 answered to a request that asked for no upgrade, to a client and to a caller inside.
export const config = { classes: { ROOM: "Room" }, services: { SIDE: { entrypoint: "Side" } } };
export const worker = `
import { WorkerEntrypoint } from "cloudflare:workers";
const upgrade = () => { const [client, server] = Object.values(new WebSocketPair()); server.accept(); server.send("hello"); return new Response(null, { status: 101, webSocket: client }); };
export class Room { fetch() { return upgrade(); } }
export class Side extends WorkerEntrypoint { fetch() { return upgrade(); } }
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/direct") return upgrade();
    const target = pathname === "/side" ? env.SIDE : env.ROOM.getByName("one");
    const told = [];
    for (const headers of [{}, { Upgrade: "h2c" }, { Upgrade: "WebSocket" }, { Upgrade: "websocket" }]) {
      try { const answer = await target.fetch("http://any/", { headers }); told.push([answer.status, answer.webSocket !== null]); } catch (error) { told.push(error.name + ": " + error.message); }
    }
    return Response.json(told);
  }
};`;

export async function client(t) {
  for (const path of ["/direct", "/room", "/side"]) await t.fetch(path);
}
