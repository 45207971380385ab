// Section 3.2: a socket that the program closed before it slept still is closing when it wakes; the peer's answer comes in.
import { CLOSE, TEXT, closing } from "../../support/raw.mjs";
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
export const worker = sleeper(`
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/list") return Response.json(this.ctx.getWebSockets().map((ws) => { try { ws.send("x"); return "sent"; } catch (error) { return [ws.readyState, error.message]; } }));
    if (pathname === "/log") return Response.json((await this.ctx.storage.get("log")) ?? null);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws) { ws.close(4000, "program"); }
  async webSocketClose(ws, code, reason, wasClean) { const line = [code, reason, wasClean]; ws.close(1000); await this.ctx.storage.put("log", line); }
`);

export async function client(t) {
  const raw = await t.raw("/ws");
  raw.send(TEXT, "close");
  const { code, reason } = await raw.next();
  t.log(code, reason);
  await t.fetch("/evict");
  await t.fetch("/list");
  await t.fetch("/evict");
  raw.send(CLOSE, closing(4000, "peer"));
  await t.settled("/log", (body) => body !== "null");
}
