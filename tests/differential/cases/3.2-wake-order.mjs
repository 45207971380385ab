// Section 3.2: what arrives while the object sleeps, and while it wakes up, is handled in order, after the constructor.
import { sleeper, sleeps } from "../programs.mjs";

export const config = sleeps;
export const worker = sleeper(`
  constructor(ctx, env) {
    super(ctx, env);
    for (const ws of ctx.getWebSockets()) ws.send("constructor sees " + ctx.getWebSockets().length);
    ctx.blockConcurrencyWhile(async () => { await scheduler.wait(20); this.ready = true; });
  }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(this.ready + " " + data); }
`);

export async function client(t) {
  const socket = await t.connect("/ws", { name: "client" });
  await socket.ask("awake");
  await t.fetch("/evict");
  for (let n = 0; n < 20; n++) socket.send(String(n));
  await socket.until((message) => message === "true 19");
}
