// A program that computes for longer than one event may, a little at a time and with awaits of every kind between: the
// event is ended and its object reset, while other objects, other requests and other Workers go on.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, echo, objects, project, room } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";

/** What a program awaits between 20 ms of computing and the next. */
const awaits = {
  microtasks: "await null",
  timers: "await new Promise((resolve) => setTimeout(resolve, 1))",
  "scheduler.wait": "await scheduler.wait(1)",
  storage: "await ctx.storage.put('n', 1), await ctx.storage.sync()",
  calls: "await env.OTHER.getByName('callee').ping()",
  SQL: "try { ctx.storage.sql.exec(ENDLESS) } catch {}",
  "SQL-rows": "try { ctx.storage.sql.exec(FIRST_AND_ENDLESS).toArray() } catch {}",
  requests: "await (await env.OTHER.getByName('callee').fetch('http://x/')).text()",
  WebAssembly: "await WebAssembly.instantiate(EMPTY)",
  messages: "await new Promise((resolve) => { const [a, b] = pair(); b.addEventListener('message', resolve); a.send('') })",
  closes: "await new Promise((resolve) => { const [a, b] = pair(); b.addEventListener('close', resolve); a.close() })",
};

const hungry = (name, config = {}) => project({ "index.js": `
import { DurableObject } from "cloudflare:workers";
const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
const EMPTY = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
const FIRST_AND_ENDLESS = ENDLESS.replace("count(*) FROM c", "x FROM c WHERE x < 3");
let disposed = 0;
function burn(ms) { const end = Date.now() + ms; while (Date.now() < end); }
function pair() {
  const both = Object.values(new WebSocketPair());
  for (const side of both) side.accept();
  return both;
}
async function eat(way, ctx, env) {
  for (;;) {
    burn(20);
    switch (way) {
${Object.entries(awaits).map(([way, code]) => `      case "${way}": ${code}; break;`).join("\n")}
      case "WebAssembly-loop": await WebAssembly.instantiate(EMPTY); for (;;);
      case "WebAssembly-microtasks": await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])); for (;;) await null;
      default: return;
    }
  }
}
export class Other extends DurableObject {
  ping() { return "pong"; }
  async call(callback) { return await callback(); }
  fetch() { return new Response("pong"); }
}
export class Hungry extends DurableObject {
  birth = crypto.randomUUID();
  ticks = 0;
  constructor(ctx, env) {
    super(ctx, env);
    if (ctx.id.name === "unborn") for (;;);
  }
  async alarm() { await eat("timers", this.ctx, this.env); }
${echo.replace("fetch(request) {", `async fetch(request) {
    const [, , kind, way] = new URL(request.url).pathname.split("/");
    if (kind === "birth") return new Response(this.birth);
    if (kind === "ticks") return new Response(String(this.ticks));
    if (kind === "waitUntil") { this.ctx.waitUntil(eat(way, this.ctx, this.env)); return new Response("started"); }
    if (kind === "section") await this.ctx.blockConcurrencyWhile(() => eat(way, this.ctx, this.env));
    if (kind === "alarm") { this.ctx.storage.setAlarm(Date.now()); return new Response("set"); }
    if (kind === "interval") { setInterval(() => { burn(30); this.ticks++; }, 5); return new Response("started"); }
    if (kind === "await") await eat(way, this.ctx, this.env);`).replace("webSocketMessage(ws, message) {", `async webSocketMessage(ws, message) {
    if (message.startsWith("eat ")) await eat(message.slice(4), this.ctx, this.env);`)}
}
export default {
  async fetch(request, env, ctx) {
    const [, name, kind, way] = new URL(request.url).pathname.split("/");
    if (name !== "worker") {
      try {
        return await env.HUNGRY.getByName(name).fetch(request);
      } catch ({ message, durableObjectReset, overloaded }) {
        return Response.json({ message, durableObjectReset, overloaded }, { status: 500 });
      }
    }
    if (kind === "socket") {
      const [client, server] = Object.values(new WebSocketPair());
      server.accept();
      server.addEventListener("message", async ({ data }) => { await eat(data, ctx, env); server.send(data); });
      return new Response(null, { status: 101, webSocket: client });
    }
    if (kind === "game") {
      const game = env.HUNGRY.getByName("game"), ask = async (what) => (await game.fetch("http://x/game/" + what)).text();
      const birth = await ask("birth");
      await ask("interval");
      // Asked in between its ticks, however slow the machine is.
      let ticks = 0;
      for (; ticks < 40 && await ask("birth") === birth; ticks = Number(await ask("ticks"))) await scheduler.wait(5);
      return Response.json([ticks >= 40, birth]);
    }
    if (kind === "disposed") return new Response(String(disposed));
    if (kind === "wait") { await scheduler.wait(Number(way)); return new Response("waited"); }
    if (kind === "callback") {
      const callback = () => eat(way, ctx, env).then(() => "returned");
      callback[Symbol.dispose] = () => { disposed++; };
      const answer = env.OTHER.getByName("callee").call(callback);
      return new Response(await answer.catch(({ message }) => message));
    }
    if (kind === "stream") {
      const { readable, writable } = new TransformStream();
      const writer = writable.getWriter();
      writer.write(new TextEncoder().encode("begun"));
      ctx.waitUntil(eat(way, ctx, env));
      return new Response(readable);
    }
    await eat(way, ctx, env);
    return new Response("fine");
  },
};` },
{ name, main: "index.js", compatibility_date: "2026-04-07", ...objects({ HUNGRY: "Hungry", OTHER: "Other" }, { sqlite: true }), ...config });

const RESET = {
  message: "Durable Object exceeded its CPU time limit and was reset.", durableObjectReset: true, overloaded: true,
};

describe("an event that computes for too long, with pauses", { timeout: 900_000 }, () => {
  let server;
  let calm;
  before(async () => {
    const config = hungry("hungry", { limits: { cpu_ms: 400 } });
    server = await dev({ config, args: ["--threads", "1"] });
    calm = await Promise.all(["/calm", "/calm/hibernatable"].map((path) => Client.open(server.url, path)));
  });
  after(async () => {
    for (const socket of calm ?? []) socket.vanish();
    await server?.stop();
  });

  const get = (path) => request(server.url, path);
  const others = async () => {
    for (const socket of calm) assert.equal(await socket.ask("still there?"), "still there?");
  };

  for (const way of [...Object.keys(awaits), "WebAssembly-loop", "WebAssembly-microtasks"]) {
    test(`${way}: in an object`, async () => {
      const name = `object-${way}`;
      const birth = (await get(`/${name}/birth`)).body;
      const [answer] = await Promise.all([get(`/${name}/await/${way}`), others()]);
      assert.deepEqual(JSON.parse(answer.body), RESET);
      await server.printed(new RegExp(`Hungry ${name} is reset: an event of it used more than 400ms of CPU time`));
      assert.notEqual((await get(`/${name}/birth`)).body, birth);
      await others();
    });
  }

  for (const way of ["microtasks", "scheduler.wait", "calls", "WebAssembly", "WebAssembly-loop", "messages"]) {
    test(`${way}: in the Worker only that request fails`, async () => {
      const waiting = get("/worker/wait/1500");
      const from = server.text.length;
      assert.equal((await get(`/worker/await/${way}`)).status, 500);
      await server.printed(/an event of the Worker is ended: it used more than 400ms of CPU time/, undefined, from);
      assert.equal((await waiting).body, "waited");
      assert.equal((await get("/worker/await/nothing")).body, "fine");
      await others();
    });
  }

  test("a message, a critical section and what waitUntil() waits for are no way round it", async () => {
    const socket = await Client.open(server.url, "/by-message/hibernatable");
    const birth = (await get("/by-message/birth")).body;
    socket.send("eat scheduler.wait");
    await eventually("a message: a new instance", async () => (await get("/by-message/birth")).body !== birth);
    assert.equal(await socket.ask("held?"), "held?");
    socket.vanish();
    assert.deepEqual(JSON.parse((await get("/by-section/section/scheduler.wait")).body), RESET);
    const first = (await get("/by-promise/birth")).body;
    assert.equal((await get("/by-promise/waitUntil/timers")).body, "started");
    await eventually("waitUntil(): a new instance", async () => (await get("/by-promise/birth")).body !== first);
  });

  test("a constructor and an alarm are ended too", async () => {
    assert.deepEqual(JSON.parse((await get("/unborn/birth")).body), RESET);
    const birth = (await get("/by-alarm/birth")).body;
    assert.equal((await get("/by-alarm/alarm")).body, "set");
    await server.printed(/Hungry by-alarm is reset: an event of it used more than 400ms/);
    assert.notEqual((await get("/by-alarm/birth")).body, birth);
  });

  test("a function that another calls back is an event of its own: who waits for it hears that it was ended", async () => {
    assert.equal((await get("/worker/callback/nothing")).body, "returned");
    assert.equal((await get("/worker/callback/timers")).body, "Worker exceeded CPU time limit.");
    await eventually("both functions to be disposed of", async () => (await get("/worker/disposed")).body === "2");
  });

  test("a message to a socket that the Worker itself took: that socket closes and says why, others stay", async () => {
    const [one, two, three] = await Promise.all(Array.from({ length: 3 }, () => Client.open(server.url, "/worker/socket")));
    one.send("scheduler.wait");
    two.send("microtasks");
    assert.equal(await three.ask("nothing"), "nothing");
    for (const socket of [one, two]) {
      assert.deepEqual(await socket.closed(), { code: 1011, reason: "Worker exceeded CPU time limit." });
    }
    assert.equal(await three.ask("nothing"), "nothing");
    three.vanish();
  });

  test("a response that the ended event was still writing breaks off", async () => {
    await assert.rejects(get("/worker/stream/timers"));
    await others();
  });

  test("an interval starts over with each event of its object, and is ended when none come", async () => {
    // 30 ms each: far more than an event may use.
    const [lasted, birth] = JSON.parse((await get("/worker/game")).body);
    assert.ok(lasted, "it was ended while events came");
    await server.printed(/Hungry game is reset/);
    assert.notEqual((await get("/game/birth")).body, birth);
  });
});

test("a finalizer that does not return ends with its isolate, which starts again", { timeout: 300_000 }, async () => {
  const config = room(`
  birth = crypto.randomUUID();
  fetch(request) {
    if (request.url.endsWith("/finalizer")) {
      const registry = new FinalizationRegistry(() => { for (;;); });
      for (let at = 0; at < 10_000; at++) registry.register({}, at);
      globalThis.kept = registry;
    }
    return new Response(this.birth);
  }`);
  const server = await dev({ config, args: ["--threads", "1", "--cpu-limit", "300ms"] });
  const birth = async (path = "") => (await request(server.url, `/one${path}`)).body;
  try {
    const first = await birth("/finalizer");
    await server.printed(/such as a finalizer, used more than 300ms of CPU time/);
    assert.notEqual(await birth(), first);
  } finally {
    await server.stop();
  }
});

test("each Worker has the limit of its own configuration", { timeout: 300_000 }, async () => {
  const strict = hungry("strict", { limits: { cpu_ms: 200 } });
  const front = project({ "index.js": `
export default {
  fetch(request, env) {
    if (request.url.endsWith("/own")) { const end = Date.now() + 600; while (Date.now() < end); return new Response("own"); }
    return env.STRICT.fetch(request);
  },
};` }, { name: "front", main: "index.js", compatibility_date: "2026-04-07", services: [{ binding: "STRICT", service: "strict" }] });
  const server = await dev({ config: [front, strict] });
  try {
    assert.equal((await request(server.url, "/own")).body, "own");
    assert.equal((await request(server.url, "/worker/await/timers")).status, 500);
    await server.printed(/it used more than 200ms of CPU time/);
  } finally {
    await server.stop();
  }
});
