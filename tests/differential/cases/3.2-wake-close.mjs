// Section 3.2: a client that closes or vanishes while the object sleeps wakes it, with tags and attachment of the socket.
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
export const worker = sleeper(`
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/log") return Response.json([(await this.ctx.storage.get("log")) ?? [], this.ctx.getWebSockets().length]);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server, [pathname]);
    server.serializeAttachment(pathname);
    return new Response(null, { status: 101, webSocket: client });
  }
  async note(line) { await this.ctx.storage.put("log", [...((await this.ctx.storage.get("log")) ?? []), line]); }
  webSocketMessage(ws, data) { if (data === "close") ws.close(4000, "program"); ws.send("x"); }
  async webSocketClose(ws, code, reason, wasClean) {
    const line = [code, reason, wasClean, ws.readyState, ws.deserializeAttachment(), this.ctx.getTags(ws)];
    ws.close(code === 1006 ? 1000 : code, "answer");
    await this.note(line);
  }
`);

export async function client(t) {
  const closes = await t.connect("/closes", { name: "closes" });
  const vanishes = await t.connect("/vanishes", { name: "vanishes" });
  await t.fetch("/evict");
  await closes.close(3000, "bye");
  await t.settled("/log", (body) => body.includes("3000") && body.endsWith(",1]"));
  await t.fetch("/evict");
  vanishes.vanish();
  await t.settled("/log", (body) => body.includes("1006") && body.endsWith(",0]"));
}
