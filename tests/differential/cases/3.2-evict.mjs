// Section 3.2: an object goes out of memory and comes back: what is in memory goes, what is stored stays, what is under way is
// waited for; hibernatable sockets stay, or close when asked for. By way of the module with which programs test that.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  flags: ["unsafe_module"],
  alone: true,
  // Only on a disk does the reference keep what an evicted object stored.
  sqlite: true,
  classes: { COUNTER: "Counter", SOCKETS: "Sockets" },
  imports: `import unsafe from "workerd:unsafe"; import { DurableObject } from "cloudflare:workers";`,
  prelude: `
export class Counter extends DurableObject {
  inMemory = 0;
  async bump() { await this.ctx.storage.put("count", ((await this.ctx.storage.get("count")) ?? 0) + 1); return ++this.inMemory; }
  async state() { return [this.inMemory, await this.ctx.storage.get("count")]; }
  async slowly() { await scheduler.wait(30); return this.bump(); }
}
export class Sockets extends DurableObject {
  constructor(ctx, env) { super(ctx, env); this.heard = 0; ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong")); }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server, ["tag", "other"]);
    server.serializeAttachment({ kept: true });
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) {
    const again = this.ctx.getWebSockets("tag");
    ws.send(JSON.stringify([message, ++this.heard, ws.deserializeAttachment(), this.ctx.getTags(ws), again.length, again[0] === ws, this.ctx.getWebSocketAutoResponseTimestamp(ws) !== null]));
  }
  count() { return [this.heard, this.ctx.getWebSockets().length]; }
}
const open = async (stub) => {
  const ws = (await stub.fetch("http://x", { headers: { Upgrade: "websocket" } })).webSocket;
  ws.accept();
  return ws;
};
const next = (ws, type = "message") => new Promise((resolve) => ws.addEventListener(type, resolve, { once: true }));
const ask = async (ws, text) => { const message = next(ws); ws.send(text); return (await message).data; };`,
}, {
  "memory goes, storage stays": async ({ env, note }) => {
    const stub = env.COUNTER.getByName("plain");
    await stub.bump();
    await stub.bump();
    note(await stub.state());
    note(await unsafe.evict(stub));
    return stub.state();
  },
  "what is under way is waited for": async ({ env, note }) => {
    const stub = env.COUNTER.getByName("busy");
    const pending = stub.slowly();
    await unsafe.evict(stub);
    note(await pending);
    return stub.state();
  },
  "twice at once": async ({ env }) => {
    const stub = env.COUNTER.getByName("twice");
    await stub.bump();
    await Promise.all([unsafe.evict(stub), unsafe.evict(stub)]);
    return stub.state();
  },
  "an object that was never called": ({ env }) => unsafe.evict(env.COUNTER.getByName("never")),
  "an object that sleeps": async ({ env, note }) => {
    const stub = env.COUNTER.getByName("asleep");
    await stub.bump();
    await unsafe.evict(stub);
    await unsafe.evict(stub);
  },
  "what is no stub": () => unsafe.evict({}),
  "an unknown mode": async ({ env, note }) => {
    const stub = env.COUNTER.getByName("mode");
    await stub.bump();
    try { await unsafe.evict(stub, { webSockets: "explode" }); } catch (error) { note(error); }
    try { await unsafe.evictAllDurableObjects({ webSockets: "explode" }); } catch (error) { note(error); }
    return stub.state();
  },
  "all objects": async ({ env }) => {
    const stubs = ["one", "two"].map((name) => env.COUNTER.getByName(name));
    for (const stub of stubs) await stub.bump();
    await unsafe.evictAllDurableObjects();
    return Promise.all(stubs.map((stub) => stub.state()));
  },
  "sockets with what they carry": async ({ env, note }) => {
    const stub = env.SOCKETS.getByName("room");
    const ws = await open(stub);
    note(await ask(ws, "a"));
    note(await ask(ws, "b"));
    note(await ask(ws, "ping"));
    await unsafe.evict(stub);
    note(await ask(ws, "ping"));
    note(await ask(ws, "c"));
    return stub.count();
  },
  "automatic answers wake nobody": async ({ env, note }) => {
    const stub = env.SOCKETS.getByName("quiet");
    const ws = await open(stub);
    await unsafe.evict(stub);
    note(await ask(ws, "ping"));
    await unsafe.evict(stub);
  },
  "sockets that are closed": async ({ env, note }) => {
    const stub = env.SOCKETS.getByName("closing");
    const ws = await open(stub);
    const closed = next(ws, "close");
    await unsafe.evict(stub, { webSockets: "close" });
    const { code, reason, wasClean } = await closed;
    note([code, reason, wasClean]);
    return stub.count();
  },
  "the module": () => [Object.keys(unsafe).length, typeof unsafe.abortAllDurableObjects, typeof unsafe.deleteAllDurableObjects, unsafe.isTestAutogateEnabled()],
});
