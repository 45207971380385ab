// The output gate, seen from outside with a disk in hand: while nothing becomes durable, nothing an object sends after a
// write is seen; when the disk fails, callers get errors and the object goes on from what is durable.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { Disk, impossible } from "./support/disk.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const index = `import { DurableObject } from "cloudflare:workers";
const outside = "http://object/";
export class Writer extends DurableObject {
  constructor(ctx, env) { super(ctx, env); console.log("constructed " + ctx.id.name); }
  async fetch(request) {
    const { storage } = this.ctx;
    const what = new URL(request.url).searchParams.get("do");
    if (request.headers.get("Upgrade") === "websocket") {
      const [client, server] = Object.values(new WebSocketPair());
      this.ctx.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    if (what === "read") return Response.json([...(await storage.list())]);
    if (what === "exists") return new Response("here");
    try {
      return await this[what](storage);
    } finally {
      console.log("did " + what);
    }
  }
  async count(storage) {
    await storage.put("count", ((await storage.get("count")) ?? 0) + 1);
    return new Response("counted");
  }
  async fails(storage) {
    await storage.put("failed", 1);
    throw new RangeError("mine");
  }
  async unconfirmed(storage) {
    await storage.put("a", 1, { allowUnconfirmed: true });
    return new Response("unconfirmed");
  }
  async syncs(storage) {
    await storage.put("a", 1, { allowUnconfirmed: true });
    console.log("about to sync");
    await storage.sync();
    console.log("synced");
    return new Response("durable");
  }
  async tells(storage) {
    await storage.put("a", 1);
    const told = this.env.WITNESS.getByName("one").fetch(outside);
    console.log("asked");
    return told;
  }
  async tellsByMethod(storage) {
    await storage.put("a", 1);
    const told = this.env.WITNESS.getByName("one").witness();
    console.log("asked");
    return new Response(await told);
  }
  async method() {
    await this.ctx.storage.put("a", 1);
    console.log("did method");
    return "a method";
  }
  async tellsInTransaction(storage) {
    return storage.transaction(async (txn) => {
      await txn.put("a", 1);
      return this.env.WITNESS.getByName("one").fetch(outside);
    });
  }
  async streams(storage) {
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    (async () => {
      await writer.write(new TextEncoder().encode("before "));
      await this.env.GATE.getByName("one").fetch(outside);
      await storage.put("a", 1);
      console.log("written");
      await writer.write(new TextEncoder().encode("after"));
      await writer.close();
    })();
    return new Response(readable);
  }
  async webSocketMessage(ws, text) {
    if (text === "echo") return ws.send("echo");
    await this.ctx.storage.put("said", text);
    if (text === "flood") {
      for (const ws of this.ctx.getWebSockets()) {
        for (let at = 0; at < 9; at++) ws.send(String(at).padEnd(2 ** 20));
      }
      return;
    }
    ws.send("saved " + text);
    if (text === "close") ws.close(4001, "bye");
    console.log("heard " + text);
  }
}
export class Witness extends DurableObject {
  fetch() {
    console.log("witnessed");
    return new Response("witness");
  }
  witness() {
    console.log("witnessed");
    return "witness";
  }
}
// Answers when it is opened.
export class Gate extends DurableObject {
  opened = Promise.withResolvers();
  async fetch(request) {
    if (request.url.endsWith("/open")) this.opened.resolve();
    else await this.opened.promise;
    return new Response("open");
  }
}
export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    if (searchParams.get("do") === "method") return new Response(await env.WRITER.getByName("one").method());
    if (pathname === "/open") return env.GATE.getByName("one").fetch(request);
    return env.WRITER.getByName(pathname.slice(1)).fetch(request);
  },
};
`;

/** Runs `check` with a server on a disk of its own. */
async function withDisk(check, args = []) {
  const disk = new Disk();
  const classes = { WRITER: "Writer", WITNESS: "Witness", GATE: "Gate" };
  const config = project({ "index.js": index }, {
    name: "gated", main: "index.js", compatibility_date: "2026-04-07", ...objects(classes, { sqlite: true }),
  });
  const server = await dev({ config, args, env: disk.env });
  /** A request, with `hasCome` once there is an answer, or none will come. */
  const ask = (what, name = "one") => {
    const answer = request(server.url, `/${name}?do=${what}`);
    const note = () => (answer.hasCome = true);
    answer.then(note, note);
    return Object.assign(answer, { hasCome: false });
  };
  /** Every object answers that has written nothing: whatever could have arrived before, has. */
  const others = () => Promise.all(["two", "three", "four", "five"].map((name) => ask("exists", name)));
  try {
    await ask("exists");
    await check({ disk, server, config, ask, others });
  } finally {
    disk.heal();
    await server.stop();
  }
}

describe("the output gate", { concurrency: 2, skip: impossible ?? (onReference && "the reference syncs nothing") }, () => {
  /** While the disk stalls, what `what` answers is held back. */
  const held = (what, status, body) =>
    test(`an answer waits: ${what}`, () =>
      withDisk(async ({ disk, server, ask, others }) => {
        disk.stall();
        const answer = ask(what);
        await server.printed(new RegExp(`did ${what}`));
        await others();
        assert.ok(!answer.hasCome);
        disk.heal();
        const { status: got, body: text } = await answer;
        assert.deepEqual([got, text.includes(body)], [status, true]);
      }));
  held("count", 200, "counted");
  held("fails", 500, "");
  held("method", 200, "a method");

  test("an answer that needs no confirmation does not wait", () =>
    withDisk(async ({ disk, ask }) => {
      disk.stall();
      const answer = ask("unconfirmed");
      assert.equal((await answer).body, "unconfirmed");
      assert.ok(answer.hasCome);
    }));

  test("sync() waits for what needs no confirmation too", () =>
    withDisk(async ({ disk, server, ask, others }) => {
      disk.stall();
      const answer = ask("syncs");
      await server.printed(/about to sync/);
      await others();
      assert.ok(!server.text.includes("synced"));
      disk.heal();
      assert.equal((await answer).body, "durable");
    }));

  for (const what of ["tells", "tellsByMethod"]) {
    test(`a call to an object waits: ${what}`, () =>
      withDisk(async ({ disk, server, ask, others }) => {
        disk.stall();
        const answer = ask(what);
        await server.printed(/asked/);
        await others();
        assert.ok(!server.text.includes("witnessed"));
        disk.heal();
        assert.equal((await answer).body, "witness");
      }));
  }

  test("a call from within a transaction does not wait, what the transaction answers does", () =>
    withDisk(async ({ disk, server, ask, others }) => {
      disk.stall();
      const answer = ask("tellsInTransaction");
      await server.printed(/did tellsInTransaction/);
      assert.ok(server.text.includes("witnessed"));
      await others();
      assert.ok(!answer.hasCome);
      disk.heal();
      assert.equal((await answer).body, "witness");
    }));

  test("a chunk of a body waits", () =>
    withDisk(async ({ disk, server, ask, others }) => {
      disk.stall();
      const answer = ask("streams");
      await server.printed(/did streams/);
      await request(server.url, "/open");
      await server.printed(/written/);
      await others();
      assert.ok(!answer.hasCome);
      disk.heal();
      assert.equal((await answer).body, "before after");
    }));

  test("what is sent to a WebSocket waits, and stays in order", () =>
    withDisk(async ({ disk, server, others }) => {
      const client = await Client.open(server.url, "/one");
      client.send("first");
      assert.equal(await client.next(), "saved first");
      disk.stall();
      client.send("second");
      client.send("echo");
      client.send("close");
      await server.printed(/heard close/);
      await others();
      assert.deepEqual(client.inbox, []);
      disk.heal();
      assert.deepEqual([await client.next(), await client.next(), await client.next()], ["saved second", "echo", "saved close"]);
      assert.equal((await client.closed()).code, 4001);
    }));

  test("when too much waits, the thread waits too, and nothing is lost", () =>
    withDisk(async ({ disk, server }) => {
      const clients = await Promise.all(Array.from({ length: 8 }, () => Client.open(server.url, "/one")));
      disk.stall();
      clients[0].send("flood");
      await server.printed(/the disk has not taken what was written/);
      disk.heal();
      for (const client of clients) {
        for (let at = 0; at < 9; at++) assert.equal((await client.next()).trimEnd(), String(at));
      }
    }));

  for (const mood of ["fail", "fill"]) {
    test(`callers get an error and the object lives again: ${mood}`, () =>
      withDisk(async ({ disk, server, ask }) => {
        assert.equal((await ask("count")).body, "counted");
        disk[mood]();
        assert.equal((await ask("count")).status, 500);
        disk.heal();
        // Built anew, from what is durable.
        assert.equal((await ask("read")).body, JSON.stringify([["count", 1]]));
        assert.equal((await ask("count")).body, "counted");
        assert.equal((await ask("read")).body, JSON.stringify([["count", 2]]));
        assert.equal(server.text.match(/constructed one/g).length, 2);
      }));
  }

  test("an object is not forgotten while the disk is behind", () =>
    withDisk(async ({ disk, server, ask }) => {
      disk.stall();
      const answer = ask("count");
      await server.printed(/did count/);
      // Another one writes nothing: it is forgotten, and constructed again when it is asked after a while.
      let asked = 0;
      await eventually("no object was forgotten", async () => {
        if (Date.now() - asked < 1_000) return false;
        await ask("exists", "two");
        asked = Date.now();
        return server.text.match(/constructed two/g).length > 1;
      });
      disk.heal();
      assert.equal((await answer).body, "counted");
      assert.equal((await ask("read")).body, JSON.stringify([["count", 1]]));
    }, ["--hibernate-after", "100ms"]));

  test("new code waits for what the old code wrote", () =>
    withDisk(async ({ disk, server, config, ask }) => {
      const client = await Client.open(server.url, "/one");
      disk.stall();
      client.send("old");
      await server.printed(/heard old/);
      fs.writeFileSync(path.join(path.dirname(config), "index.js"), index.replace('"counted"', '"counted anew"'));
      setTimeout(() => disk.heal(), 300);
      assert.equal(await client.next(), "saved old");
      await server.printed(/reloaded/i);
      assert.equal((await ask("count")).body, "counted anew");
      assert.equal((await ask("read")).body, JSON.stringify([["count", 1], ["said", "old"]]));
    }));

  test("a stop waits for what is being written", () =>
    withDisk(async ({ disk, server, ask }) => {
      disk.stall();
      const answer = ask("count");
      await server.printed(/did count/);
      const ended = server.stop();
      setTimeout(() => disk.heal(), 200);
      assert.equal((await answer).body, "counted");
      assert.equal(await ended, 0);
    }));
});
