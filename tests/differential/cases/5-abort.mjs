// Section 5: abort() resets the object: callers fail, sockets drop, the next call meets a new instance.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
let births = 0;
export class Room {
  constructor(state) { this.state = state; this.birth = ++births; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/ws" || pathname === "/hibernatable") {
      const [client, server] = Object.values(new WebSocketPair());
      if (pathname === "/ws") { server.accept(); server.send("birth " + this.birth); } else { this.state.acceptWebSocket(server); server.send("birth " + this.birth); }
      return new Response(null, { status: 101, webSocket: client });
    }
    if (pathname === "/abort") { this.state.abort("enough of this"); await new Promise(() => {}); }
    if (pathname === "/abort-bare") { this.state.abort(); await new Promise(() => {}); }
    if (pathname === "/sockets") return Response.json([this.birth, this.state.getWebSockets().length]);
    return new Response("birth " + this.birth);
  }
}
export default {
  async fetch(request, env) {
    try { return await env.ROOM.getByName("one").fetch(request); } catch (error) { return new Response([error.name, error.message, error.remote, error.durableObjectReset].join(" "), { status: 418 }); }
  }
};`;

export async function client(t) {
  await t.fetch("/birth");
  const ordinary = await t.connect("/ws", { name: "ordinary" });
  const hibernatable = await t.connect("/hibernatable", { name: "hibernatable" });
  await ordinary.next();
  await hibernatable.next();
  await t.fetch("/abort");
  await ordinary.closed();
  await hibernatable.closed();
  await t.fetch("/sockets");
  await t.fetch("/abort-bare");
  await t.fetch("/birth");
}
