// Promises: several Workers in one `holdfast dev` call each other's entrypoints and each other's objects; what a Worker holds of
// another is given back when its invocation ends; a reload leaves those that call in order; an object with a stub
// out does not hibernate.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const date = "2026-05-01";

const front = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class Back extends WorkerEntrypoint { async relay(text) { return "front heard " + text; } }
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    try {
      switch (pathname) {
        case "/greet": return new Response(await env.GREETER.greet("world"));
        case "/fetch": return env.GREETER.fetch("http://greeter/path");
        case "/default": return env.DEFAULT.fetch(request);
        case "/object": return new Response(await env.ROOM.getByName("shared").add("front"));
        case "/there-and-back": return new Response(await env.GREETER.callBack((text) => "callback got " + text));
        case "/own": return new Response(await env.GREETER.pass(env.ROOM.getByName("shared")));
        case "/leave": { const thing = await env.GREETER.thing(); await thing.touch(); return new Response("left"); }
        case "/released": return new Response(String(await env.GREETER.released()));
        case "/missing": return new Response(await env.NOBODY.hello());
        case "/version": return new Response(await env.GREETER.version());
      }
    } catch (error) { return new Response(error.name + ": " + error.message, { status: 418 }); }
  }
};`;

const back = (version) => `
import { DurableObject, RpcTarget, WorkerEntrypoint } from "cloudflare:workers";
let released = 0;
class Thing extends RpcTarget { touch() {} [Symbol.dispose]() { released++; } }
export class Room extends DurableObject {
  names = [];
  add(name) { this.names.push(name); return this.names.join(); }
}
export class Greeter extends WorkerEntrypoint {
  greet(name) { return this.ctx.props.greeting + ", " + name; }
  version() { return "${version}"; }
  fetch(request) { return new Response("fetched " + new URL(request.url).pathname); }
  async callBack(callback) { return await this.env.FRONT.relay(await callback("a question")); }
  async pass(room) { return await room.add("passed"); }
  thing() { return new Thing(); }
  released() { return released; }
}
export default { fetch() { return new Response("the default export"); } };`;

function projects() {
  const frontConfig = project({ "index.js": front }, {
    name: "front", main: "index.js", compatibility_date: date,
    services: [
      { binding: "GREETER", service: "back", entrypoint: "Greeter", props: { greeting: "Hello" } },
      { binding: "DEFAULT", service: "back" },
      { binding: "NOBODY", service: "nobody" },
    ],
    durable_objects: { bindings: [{ name: "ROOM", class_name: "Room", script_name: "back" }] },
  });
  const backConfig = project({ "index.js": back("one") }, {
    name: "back", main: "index.js", compatibility_date: date,
    services: [{ binding: "FRONT", service: "front", entrypoint: "Back" }],
    durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
  });
  return [frontConfig, backConfig];
}

test("Workers call each other and each other's objects", async () => {
  const config = projects();
  const server = await dev({ config });
  const get = async (path) => (await request(server.url, path)).body;
  try {
    assert.equal(await get("/greet"), "Hello, world");
    assert.equal(await get("/fetch"), "fetched /path");
    assert.equal(await get("/default"), "the default export");
    assert.equal(await get("/object"), "front");
    assert.equal(await get("/own"), "front,passed");
    assert.equal(await get("/there-and-back"), "front heard callback got a question");
    assert.equal(await get("/missing"), "Error: This Worker is not running.");
    assert.match(server.text, /"NOBODY" is to "nobody", which is not running/);

    // Nobody disposed of the stub: the end of the request did.
    assert.equal(await get("/leave"), "left");
    await eventually("the stub to be given back", async () => (await get("/released")) === "1");

    assert.equal(await get("/version"), "one");
    fs.writeFileSync(path.join(path.dirname(config[1]), "index.js"), back("two"));
    await eventually("the new version to answer", async () => (await get("/version")) === "two");
    assert.equal(await get("/greet"), "Hello, world");
  } finally {
    await server.stop();
  }
});

const holding = `
import { DurableObject, RpcTarget } from "cloudflare:workers";
let made = 0;
class Counter extends RpcTarget { n = 0; next() { return ++this.n; } }
export class Room extends DurableObject {
  constructor(ctx, env) { super(ctx, env); made++; }
  counter() { return new Counter(); }
  made() { return made; }
  // The timer keeps this object itself in memory.
  async keep(stub) { this.kept = stub.dup(); setInterval(() => {}, 10_000); }
  async useKept() { return await this.kept.next(); }
}
export default {
  async fetch(request, env) {
    const one = env.ROOM.getByName("one"), two = env.ROOM.getByName("two");
    switch (new URL(request.url).pathname) {
      case "/start": { using counter = await one.counter(); await two.keep(counter); return new Response(String(await two.useKept())); }
      case "/use": return new Response(String(await two.useKept()));
      case "/made": return new Response(String(await env.ROOM.getByName("idle").made()));
    }
  }
};`;

test("an object stays in memory while another holds a stub it gave away", async () => {
  const config = project({ "index.js": holding }, {
    name: "holding", main: "index.js", compatibility_date: date,
    durable_objects: { bindings: [{ name: "ROOM", class_name: "Room" }] },
    migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
  });
  const server = await dev({ config, args: ["--hibernate-after", "50ms"] });
  try {
    assert.equal((await request(server.url, "/start")).body, "1");
    const made = async () => Number((await request(server.url, "/made")).body);
    for (let n = 2; n < 6; n++) {
      // For as long as an object needs that nothing keeps.
      for (let pause = 100, before = await made(); (await made()) === before; pause *= 2) {
        assert.ok(pause < 10_000, "no object hibernates");
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      assert.equal((await request(server.url, "/use")).body, String(n));
    }
  } finally {
    await server.stop();
  }
});
