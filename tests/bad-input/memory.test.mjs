// A program that takes more memory than it may, in every way it can: its objects on that thread are reset and its callers
// told why, another Worker beside it and its sockets notice nothing, and the script goes on with a new isolate, where
// the sockets that were held are.
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, echo, objects, project, run } from "../support/holdfast.mjs";

const LIMIT_MB = 48;

/** What takes memory without end. */
const hogs = {
  objects: "const all = []; for (;;) all.push({ a: 1, b: [2] });",
  strings: "const all = []; for (;;) all.push('x'.repeat(100_000) + all.length);",
  buffers: "const all = []; for (;;) all.push(new Uint8Array(100_000).fill(1));",
  untouched: "const all = []; for (;;) all.push(new ArrayBuffer(1_000_000));",
  map: "const all = new Map(); for (let i = 0; ; i++) all.set(i, i);",
  rope: "let all = ''; for (;;) all += 'xyz';",
  array: "new Array(1e9).fill(0);",
  microtasks: "const all = []; for (;;) { await null; all.push(new Uint8Array(10_000).fill(1)); }",
  awaits: "const all = []; for (;;) { await scheduler.wait(0); all.push(new Uint8Array(1_000_000).fill(1)); }",
  calls: "for (;;) env.GREEDY.getByName('sink').take(new Uint8Array(1_000_000));",
  requests: "for (;;) env.GREEDY.getByName('sink').fetch('http://sink', { method: 'POST', body: new Uint8Array(1_000_000) });",
  outbox: "for (let i = 0; ; i++) sockets[0].send('x'.repeat(100_000) + i);",
};

const greedy = () => project({ "index.js": `
import { DurableObject, env } from "cloudflare:workers";
const kept = [];
async function take(way, sockets) {
  switch (way) {
${Object.entries(hogs).map(([way, code]) => `    case "${way}": { ${code} break; }`).join("\n")}
  }
}
export class Greedy extends DurableObject {
  birth = crypto.randomUUID();
  take() {}
  constructor(ctx, env) {
    super(ctx, env);
    if (ctx.id.name === "unborn") for (const all = []; ; ) all.push(new Array(1000).fill(0));
  }
${echo.replace("fetch(request) {", `async fetch(request) {
    const [, , way] = new URL(request.url).pathname.split("/");
    if (way === "keep") return new Response(String(kept.push("x".repeat(1_000_000) + kept.length)));
    if (way === "birth") return new Response(this.birth);
    if (way !== "hibernatable") await take(way, this.ctx.getWebSockets());`).replace("webSocketMessage(ws, message) {", `async webSocketMessage(ws, message) {
    if (message.startsWith("take ")) await take(message.slice(5), []);`)}
}
export default {
  async fetch(request) {
    await take(new URL(request.url).pathname.split("/").at(-1), []);
    return new Response("fine");
  },
};` },
{ name: "greedy", main: "index.js", compatibility_date: "2026-04-07", ...objects({ GREEDY: "Greedy" }) });

/** Answers, and passes on: /calm/… to an object of its own, /worker/… to the other Worker, /NAME/… to an object of that. */
const calm = () => project({ "index.js": `
import { DurableObject } from "cloudflare:workers";
export class Calm extends DurableObject {${echo}}
export default {
  async fetch(request, env) {
    const [, name] = new URL(request.url).pathname.split("/");
    if (name === "calm") return env.CALM.getByName("one").fetch(request);
    try {
      return await (name === "worker" ? env.WORKER : env.GREEDY.getByName(name)).fetch(request);
    } catch ({ message, durableObjectReset, overloaded }) {
      return Response.json({ message, durableObjectReset, overloaded }, { status: 500 });
    }
  },
};` },
{
  name: "calm", main: "index.js", compatibility_date: "2026-04-07", services: [{ binding: "WORKER", service: "greedy" }],
  durable_objects: { bindings: [
    { name: "CALM", class_name: "Calm" },
    { name: "GREEDY", class_name: "Greedy", script_name: "greedy" },
  ] },
  migrations: [{ tag: "v1", new_classes: ["Calm"] }],
});

const RESET = {
  message: "Durable Object's isolate exceeded its memory limit and was reset.", durableObjectReset: true, overloaded: true,
};

describe("a program that takes too much memory", { timeout: 900_000 }, () => {
  let server;
  let calmSockets;
  before(async () => {
    const args = ["--memory-limit", `${LIMIT_MB}MB`, "--threads", "1", "--cpu-limit", "60s"];
    server = await dev({ config: [calm(), greedy()], args });
    calmSockets = await Promise.all(["/calm", "/calm/hibernatable"].map((path) => Client.open(server.url, path)));
  });
  after(async () => {
    for (const socket of calmSockets ?? []) socket.vanish();
    await server?.stop();
  });

  const get = (path) => request(server.url, path);

  for (const way of Object.keys(hogs)) {
    test(`${way}: its objects are reset and say why, sockets are held, others notice nothing`, async () => {
      const held = await Client.open(server.url, "/other/hibernatable");
      const own = await Client.open(server.url, `/${way}-one/hibernatable`);
      const birth = (await get("/other/birth")).body;
      const from = server.text.length;
      const answer = await get(`/${way}-one/${way}`);
      assert.equal(answer.status, 500, answer.body);
      assert.deepEqual(JSON.parse(answer.body), RESET);
      await server.printed(/Greedy \S+-one ran when the Worker held more than 48 MB/, undefined, from);
      for (const socket of calmSockets) assert.equal(await socket.ask("still there?"), "still there?");
      assert.equal(await held.ask("held?"), "held?");
      assert.equal(await own.ask("held?"), "held?");
      assert.notEqual((await get("/other/birth")).body, birth);
      for (const socket of [held, own]) socket.vanish();
    });
  }

  test("what module globals keep over many events is found too, and the new isolate starts without it", async () => {
    let kept = 0;
    let answer;
    for (; kept < 4 * LIMIT_MB; kept++) {
      answer = await get("/keeper/keep");
      if (answer.status !== 200) break;
    }
    assert.deepEqual(JSON.parse(answer.body), RESET);
    assert.ok(kept > LIMIT_MB / 2, `reset after ${kept} MB`);
    assert.equal((await get("/keeper/keep")).body, "1");
  });

  test("a constructor; a message, which is consumed, and those behind it, which wait", async () => {
    assert.deepEqual(JSON.parse((await get("/unborn/birth")).body), RESET);
    const socket = await Client.open(server.url, "/by-message/hibernatable");
    const birth = (await get("/by-message/birth")).body;
    socket.send("take map");
    for (const text of ["one", "two", "three"]) socket.send(text);
    for (const text of ["one", "two", "three"]) assert.equal(await socket.next(), text);
    assert.notEqual((await get("/by-message/birth")).body, birth);
    socket.vanish();
  });

  test("in the Worker itself", async () => {
    const answer = await get("/worker/objects");
    assert.equal(JSON.parse(answer.body).message, "Worker exceeded memory limit.");
    assert.equal((await get("/worker/nothing")).body, "fine");
  });

  test("the process never held much more than that", { skip: process.platform !== "linux" }, (t) => {
    const [, peak] = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${server.pid}/status`, "utf8"));
    t.diagnostic(`${Math.round(peak / 1024)} MB with a limit of ${LIMIT_MB} MB`);
    // The limit, as much again before the next look, garbage, and what the engine needs to double an array: some 250 MB.
    assert.ok(peak / 1024 < 600, `${peak} kB`);
  });
});

test("a program that takes too much while it is loaded does not start", async () => {
  const config = project({ "index.js": `${hogs.strings}\nexport default { fetch() {} };` }, { name: "big", main: "index.js" });
  const { code, text } = await run(["dev", "--config", config, "--port", "0", "--memory-limit", "32MB"]);
  assert.equal(code, 1);
  assert.match(text, /used more than 32 MB of memory while it was loaded/);
});
