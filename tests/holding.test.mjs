// What hibernatable sockets outlive, and what ends them: resets by the CPU limit, constructors that fail, classes that go
// away, abort(), failed critical sections, under each setting of --websocket-hold.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { Disk, impossible } from "./support/disk.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

// The Worker and its objects run on one thread and share the module's variables.
const source = `import { DurableObject } from "cloudflare:workers";
let failures = 0, how = "throws", constructions = 0, births = 0;
const ends = [];
export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    constructions++;
    if (failures > 0 && failures--) {
      if (how === "throws") throw new Error("not today");
      ctx.blockConcurrencyWhile(async () => {
        if (how === "spins") for (;;);
        throw new Error("not today either");
      });
    }
    this.birth = ++births;
  }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (request.headers.get("Upgrade") !== "websocket") return new Response("birth " + this.birth);
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname === "/plain") server.accept();
    else this.ctx.acceptWebSocket(server, ["tag " + pathname]);
    server.serializeAttachment({ pathname });
    if (pathname === "/unanswered") for (;;);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, text) {
    switch (text) {
      case "spin": for (;;);
      case "mark":
      case "mark and spin":
        for (const one of this.ctx.getWebSockets()) for (const pathname of ["once", text]) one.serializeAttachment({ pathname });
        if (text !== "mark") for (;;);
        break;
      case "store": this.ctx.storage.put("stored", Math.random()); break;
      case "abort": this.ctx.abort("enough"); break;
      case "section": return this.ctx.blockConcurrencyWhile(async () => { throw new Error("failed section"); });
      case "pair": this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong")); break;
    }
    ws.send(JSON.stringify({
      birth: this.birth, text, attachment: ws.deserializeAttachment()?.pathname, tags: this.ctx.getTags(ws), count: this.ctx.getWebSockets().length,
      wasAnswered: this.ctx.getWebSocketAutoResponseTimestamp(ws) !== null, pair: this.ctx.getWebSocketAutoResponse()?.request,
    }));
  }
  async webSocketClose(ws, code) {
    ends.push(code);
    if (code === 4001) for (;;);
    if (code === 4002) await new Promise(() => {});
  }
}
export class Other extends DurableObject {}
export default {
  fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    if (pathname.startsWith("/fail")) {
      failures = Number(search.slice(1));
      how = pathname.slice("/fail-".length) || "throws";
      return new Response("will fail");
    }
    if (pathname === "/seen") return Response.json({ constructions, births, ends });
    return env.ROOM.getByName("one").fetch(request);
  },
};
`;

const settings = { name: "holding", main: "index.js", compatibility_date: "2026-04-07" };

async function started(args = [], env = {}) {
  const config = project({ "index.js": source }, { ...settings, ...objects({ ROOM: "Room", OTHER: "Other" }) });
  const server = await dev({ config, args: ["--threads", "1", "--cpu-limit", "300ms", ...args], env });
  const clients = [];
  return {
    server,
    config,
    async open(path = "/a") {
      const client = await Client.open(server.url, path);
      clients.push(client);
      return client;
    },
    get: async (path) => (await request(server.url, path)).body,
    seen: async () => JSON.parse((await request(server.url, "/seen")).body),
    async stop() {
      for (const client of clients) client.vanish();
      await server.stop();
    },
  };
}

/** Runs `body` against a server of its own. */
const on = (args, body) => async () => {
  const running = await started(args);
  try {
    await body(running);
  } finally {
    await running.stop();
  }
};

const ask = async (client, text) => JSON.parse(await client.ask(text));

describe("sockets that hold", { concurrency: 2 }, () => {
  test("a reset by the CPU limit: attachments, tags and what waits stay, the auto-response does not", on([], async ({ open, server }) => {
    const [one, two, plain] = [await open("/one"), await open("/two"), await open("/plain")];
    assert.deepEqual(await ask(one, "pair"), { birth: 1, text: "pair", attachment: "/one", tags: ["tag /one"], count: 2, wasAnswered: false, pair: "ping" });
    assert.equal(await one.ask("ping"), "pong");
    one.send("spin");
    one.send("next");
    two.send("other");
    assert.deepEqual(JSON.parse(await one.next()), { birth: 2, text: "next", attachment: "/one", tags: ["tag /one"], count: 2, wasAnswered: true });
    assert.deepEqual(JSON.parse(await two.next()), { birth: 2, text: "other", attachment: "/two", tags: ["tag /two"], count: 2, wasAnswered: false });
    assert.equal((await plain.closed()).code, 1006);
    assert.equal((await ask(one, "ping")).text, "ping");
    assert.match(server.text, /Room one is reset: an event of it used more than 300ms of CPU time/);
  }));

  test("a reset takes back the attachments of the turn that was cut, and no others", on([], async ({ open }) => {
    const [one, two] = [await open("/one"), await open("/two")];
    one.send("mark and spin");
    assert.deepEqual([await ask(one, "a"), await ask(two, "b")].map(({ birth, attachment }) => [birth, attachment]), [[2, "/one"], [2, "/two"]]);
    assert.equal((await ask(two, "mark")).attachment, "mark");
    one.send("mark and spin");
    assert.deepEqual([await ask(one, "c"), await ask(two, "d")].map(({ birth, attachment }) => [birth, attachment]), [[3, "mark"], [3, "mark"]]);
  }));

  test("a socket that was accepted for an answer that never left is not held", on([], async ({ open, server }) => {
    const one = await open("/one");
    await assert.rejects(Client.open(server.url, "/unanswered"), /refused with 500/);
    assert.deepEqual([(await ask(one, "a")).birth, (await ask(one, "b")).count], [2, 1]);
  }));

  test("webSocketClose runs once, and its socket ends, though its instance does not see the end of it", on([], async ({ open, seen }) => {
    const [kept, spins, waits] = [await open("/kept"), await open("/spins"), await open("/waits")];
    assert.equal((await ask(kept, "a")).count, 3);
    assert.equal((await spins.close(4001)).code, 1005);
    assert.equal((await ask(kept, "b")).count, 2);
    const ended = waits.close(4002);
    await eventually("the handler to begin", async () => (await seen()).ends.length === 2);
    kept.send("spin");
    assert.equal((await ended).code, 1005);
    assert.deepEqual([(await ask(kept, "c")).birth, (await ask(kept, "d")).count], [3, 1]);
    assert.deepEqual((await seen()).ends, [4001, 4002]);
  }));

  test("a constructor that fails twice: what came meanwhile waits, in order, a Close too", on([], async ({ open, get, seen }) => {
    const [one, two] = [await open("/one"), await open("/two")];
    await ask(one, "a");
    await get("/fail?2");
    one.send("spin");
    for (const text of ["b", "c", "d"]) one.send(text);
    two.send("e");
    const ended = two.close(4000, "bye");
    for (const text of ["b", "c", "d"]) {
      const heard = JSON.parse(await one.next());
      assert.deepEqual([heard.birth, heard.text, heard.attachment], [2, text, "/one"]);
    }
    assert.deepEqual([JSON.parse(await two.next()).text, (await ended).code], ["e", 4000]);
    assert.deepEqual(await seen(), { constructions: 4, births: 2, ends: [4000] });
    assert.equal((await ask(one, "f")).count, 1);
  }));

  test("a call tries the constructor at once, and what waits goes before it", on([], async ({ open, get, server }) => {
    const one = await open("/one");
    await ask(one, "a");
    await get("/fail?1");
    one.send("spin");
    one.send("b");
    await server.printed(/not today/);
    assert.equal(await get("/"), "birth 2");
    assert.equal(JSON.parse(await one.next()).text, "b");
  }));

  test("a constructor that fails three times in a row: 1011, and no more attempts", on([], async ({ open, get, seen, server }) => {
    const [one, two] = [await open("/one"), await open("/two")];
    await ask(one, "a");
    await get("/fail?1000");
    one.send("spin");
    one.send("b");
    assert.deepEqual(await Promise.all([one, two].map((client) => client.closed())), Array(2).fill({ code: 1011, reason: "The object cannot be started." }));
    assert.deepEqual(await seen(), { constructions: 4, births: 1, ends: [] });
    assert.match(server.text, /the WebSockets of Room one were closed: it could not be started 3 times in a row/);
    await get("/fail?0");
    assert.equal((await ask(await open("/three"), "c")).count, 1);
  }));

  for (const [way, args] of [["spins", []], ["section", ["--websocket-hold", "always"]]]) {
    test(`the same where it is the constructor's critical section: ${way}`, on(args, async ({ open, get, seen }) => {
      const [one, two] = [await open("/one"), await open("/two")];
      await ask(one, "a");
      await get(`/fail-${way}?2`);
      one.send("spin");
      for (const text of ["b", "c"]) one.send(text);
      for (const text of ["b", "c"]) assert.equal(JSON.parse(await one.next()).text, text);
      await get(`/fail-${way}?1000`);
      one.send("spin");
      one.send("d");
      assert.deepEqual(await Promise.all([one, two].map(async (client) => (await client.closed()).code)), [1011, 1011]);
      assert.equal((await seen()).constructions, 7);
    }));
  }

  test("new code is tried at once where the old one's constructor failed", on([], async ({ open, get, config, server }) => {
    const one = await open("/one");
    await ask(one, "a");
    await get("/fail?1000");
    one.send("spin");
    one.send("b");
    await server.printed(/not today/);
    fs.writeFileSync(config.replace("wrangler.json", "index.js"), source.replace("failures > 0 && failures--", "false"));
    assert.deepEqual([JSON.parse(await one.next()).text, one.isOpen], ["b", true]);
  }));

  test("what waits for a constructor is bounded: the rest stays with the client, and all of it arrives in order", on([], async ({ open, get }) => {
    const one = await open("/one");
    await ask(one, "a");
    await get("/fail?2");
    one.send("spin");
    // Three times what may wait for an object.
    const padding = "x".repeat(60_000);
    for (let number = 0; number < 200; number++) one.send(number + padding);
    for (let number = 0; number < 200; number++) assert.equal(JSON.parse(await one.next()).text, number + padding);
  }));

  test("new code: the old instance ends first, its calls fail, and its auto-response is gone", async () => {
    const room = (version) => `import { DurableObject } from "cloudflare:workers";
      export class Room extends DurableObject {
        async fetch(request) {
          if (request.headers.get("Upgrade") !== "websocket") { await this.ctx.storage.put("asked", 1); await new Promise(() => {}); }
          const [client, server] = Object.values(new WebSocketPair());
          this.ctx.acceptWebSocket(server);
          return new Response(null, { status: 101, webSocket: client });
        }
        async webSocketMessage(ws, text) {
          if (text === "start") {
            this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
            // What is left of this instance must not reach the socket.
            for (;;) { ws.send("${version}"); await new Promise((resolve) => setTimeout(resolve, 2)); }
          }
          ws.send("${version} " + text + " " + (this.ctx.getWebSocketAutoResponse()?.request ?? "no pair") + " " + (this.ctx.getWebSocketAutoResponseTimestamp(ws) !== null));
        }
      }
      export default { fetch: () => new Response("rooms") };`;
    const caller = `export default { async fetch(request, env) {
      if (request.headers.get("Upgrade") === "websocket") return env.ROOM.getByName("one").fetch(request);
      try { return await env.ROOM.getByName("one").fetch(request); }
      catch (error) { return Response.json([error.name, error.message, error.remote, error.retryable, error.durableObjectReset]); }
    } };`;
    const rooms = project({ "index.js": room("old") }, { ...settings, name: "rooms", ...objects({ ROOM: "Room" }) });
    const binding = { name: "ROOM", class_name: "Room", script_name: "rooms" };
    const first = project({ "index.js": caller }, { ...settings, name: "caller", durable_objects: { bindings: [binding] } });
    const server = await dev({ config: [first, rooms] });
    try {
      const client = await Client.open(server.url, "/");
      const asked = request(server.url, "/");
      client.send("start");
      await client.until((text) => text === "old");
      client.send("ping");
      await client.until((text) => text === "pong");
      fs.writeFileSync(rooms.replace("wrangler.json", "index.js"), room("new"));
      assert.deepEqual(JSON.parse((await asked).body).slice(0, 2), ["Error", "Durable Object reset because its code was updated."]);
      client.send("ping");
      assert.equal(await client.until((text) => text !== "old"), "new ping no pair true");
      assert.equal(await client.ask("b"), "new b no pair true");
      client.vanish();
    } finally {
      await server.stop();
    }
  });

  test("abort() and a failed critical section close them", on([], async ({ open }) => {
    for (const [birth, text] of ["abort", "section"].entries()) {
      const [one, two] = [await open("/one"), await open("/two")];
      assert.equal((await ask(one, "a")).birth, birth + 1);
      one.send(text);
      assert.deepEqual([(await one.closed()).code, (await two.closed()).code], [1006, 1006]);
    }
  }));

  test("--websocket-hold always: abort() and a failed critical section do not", on(["--websocket-hold", "always"], async ({ open }) => {
    const [one, two] = [await open("/one"), await open("/two")];
    for (const [birth, text] of ["abort", "section"].entries()) {
      assert.equal((await ask(one, "a")).birth, birth + 1);
      one.send(text);
      one.send("next");
      assert.deepEqual(JSON.parse(await one.next()), { birth: birth + 2, text: "next", attachment: "/one", tags: ["tag /one"], count: 2, wasAnswered: false });
    }
    assert.ok(two.isOpen);
  }));

  for (const [setting, code] of [["resets", 1006], ["always", undefined]]) {
    test(`--websocket-hold ${setting}, and storage that fails: ${code ?? "held"}`, { skip: impossible }, async () => {
      const disk = new Disk();
      const { open, server, stop } = await started(["--websocket-hold", setting], disk.env);
      try {
        const [one, two] = [await open("/one"), await open("/two")];
        await ask(one, "store");
        disk.fail();
        // Its answer is undone with what it wrote.
        one.send("store");
        await server.printed(/Room one was reset/);
        disk.heal();
        if (code) assert.deepEqual(await Promise.all([one, two].map(async (client) => (await client.closed()).code)), [code, code]);
        else assert.deepEqual([(await ask(one, "b")).birth, (await ask(two, "c")).attachment], [2, "/two"]);
      } finally {
        disk.heal();
        await stop();
      }
    });
  }

  test("--websocket-hold never: resets, constructors and new code close them", on(["--websocket-hold", "never", "--hibernate-after", "50ms"], async ({ open, get, seen, config }) => {
    const spun = await open();
    spun.send("spin");
    assert.equal((await spun.closed()).code, 1006);
    const unmade = await open();
    const { birth } = await ask(unmade, "a");
    // It sleeps, and wakes.
    await eventually("another birth", async () => (await ask(unmade, "b")).birth > birth || new Promise((resolve) => setTimeout(resolve, 100, false)));
    await get("/fail?1000");
    await eventually("the failed constructor", async () => {
      if (unmade.isOpen) unmade.send("c");
      return !unmade.isOpen || new Promise((resolve) => setTimeout(resolve, 100, false));
    });
    assert.equal((await unmade.closed()).code, 1006);
    await get("/fail?0");
    assert.deepEqual((await seen()).ends, []);
    const updated = await open();
    await ask(updated, "d");
    fs.writeFileSync(config.replace("wrangler.json", "index.js"), source + "// changed");
    assert.equal((await updated.closed()).code, 1012);
  }));

  const gone = [["the program does not export any more", []], ["a migration deletes", [{ tag: "v2", deleted_classes: ["Room"] }]]];
  for (const [[what, migrations], sleeps] of gone.flatMap((way) => [[way, false], [way, true]])) {
    test(`a class that ${what}: 1012 (${sleeps ? "asleep" : "in memory"})`, on(["--hibernate-after", sleeps ? "20ms" : "60s"], async ({ open, config, server }) => {
      const [first, second] = [await open("/one"), await open("/two")];
      const slept = async () => (await ask(first, "a")).birth > 1 || new Promise((resolve) => setTimeout(resolve, 60, false));
      if (sleeps) await eventually("another birth", slept);
      else await ask(first, "a");
      const before = JSON.parse(fs.readFileSync(config, "utf8"));
      const left = { ...settings, ...objects({ OTHER: "Other" }), migrations: [...before.migrations, ...migrations] };
      const code = source.replace("env.ROOM.getByName", "env.OTHER.getByName");
      // Whoever deletes a class may go on exporting it. The program and the configuration change together.
      fs.writeFileSync(config.replace("wrangler.json", "later.js"), migrations.length > 0 ? code : code.replace("export class Room", "class Room"));
      fs.writeFileSync(config, JSON.stringify({ ...left, main: "later.js" }));
      assert.deepEqual(await Promise.all([first, second].map(async (client) => (await client.closed()).code)), [1012, 1012], server.text);
      await server.printed(/Reloaded /);
      assert.doesNotMatch(server.text, /rror/);
    }));
  }
});
