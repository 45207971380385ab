// Section 3.2: the automatic answer outlives sleep as it was set, and so do its times; clearing it lasts too.
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
export const worker = sleeper(`
  births = 0;
  fetch(request) {
    const { pathname } = new URL(request.url), { ctx } = this;
    if (pathname === "/set") ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    if (pathname === "/clear") ctx.setWebSocketAutoResponse();
    if (pathname === "/timeout") ctx.setHibernatableWebSocketEventTimeout(5000);
    if (pathname !== "/ws") return Response.json([ctx.getWebSocketAutoResponse()?.response ?? null, ctx.getHibernatableWebSocketEventTimeout(), ctx.getWebSockets().map((ws) => ctx.getWebSocketAutoResponseTimestamp(ws) instanceof Date)]);
    const [client, server] = Object.values(new WebSocketPair());
    ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send("handler " + data + " " + ++this.births); }
`);

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("ping");
  await t.fetch("/set");
  await t.fetch("/timeout");
  await socket.ask("ping");
  await t.fetch("/evict");
  await socket.ask("ping");
  await socket.ask("other");
  await t.fetch("/look");
  await t.fetch("/evict");
  await t.fetch("/look");
  await t.fetch("/clear");
  await t.fetch("/evict");
  await socket.ask("ping");
  await t.fetch("/look");
}
