// Section 2.7: an upgrade asked of an object, a service binding and the Worker's own exports behaves as one asked of a server.
export const config = { classes: { ROOM: "Room" }, services: { SIDE: { entrypoint: "Side" } } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
const answer = (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/refuse") return new Response("refused", { status: 403 });
  if (pathname === "/plain") return new Response("plain");
  const [client, server] = Object.values(new WebSocketPair());
  server.accept();
  server.addEventListener("message", ({ data }) => { server.send(request.method + " " + request.headers.get("upgrade") + " " + data); server.close(4000, "once"); });
  return new Response(null, { status: 101, webSocket: client, headers: { "X-Own": "yes" } });
};
export class Room extends DurableObject { fetch(request) { return answer(request); } }
export class Side extends WorkerEntrypoint { fetch(request) { return answer(request); } }
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url), log = [];
    const target = { "/room": () => env.ROOM.getByName("one"), "/side": () => env.SIDE, "/exports": () => ctx.exports.Side }[pathname]();
    for (const path of ["/refuse", "/plain", "/upgrade"]) {
      const one = await target.fetch("http://any" + path, { headers: { Upgrade: "websocket" } });
      const { webSocket } = one;
      log.push([one.status, webSocket === null, one.headers.get("x-own")]);
      if (!webSocket) { log.push(await one.text()); continue; }
      webSocket.accept();
      const closed = new Promise((resolve) => webSocket.addEventListener("close", ({ code, reason, wasClean }) => resolve([code, reason, wasClean])));
      webSocket.addEventListener("message", ({ data }) => log.push(data));
      webSocket.send("hi");
      log.push(await closed);
    }
    return Response.json(log);
  }
};`;

export async function client(t) {
  for (const path of ["/room", "/side", "/exports"]) await t.fetch(path);
}
