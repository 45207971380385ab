// A program that does not start again when its isolate was discarded: what held sockets bring waits for the next attempt, a
// call causes one, after the third the sockets are given up, and whoever is refused hears why.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

/** A program that does not start between two moments, and discards its isolate at the first of them. */
const program = (from, until) => ({ "index.js": `
import { DurableObject } from "cloudflare:workers";
if (Date.now() >= ${from} && Date.now() < ${until}) throw new Error("not now\\nor ever");
const kept = [];
export class Room extends DurableObject {
  birth = crypto.randomUUID();
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/take") {
      await scheduler.wait(Math.max(0, ${from} - Date.now()));
      for (;;) kept.push(new Uint8Array(1_000_000).fill(1));
    }
    if (request.headers.get("Upgrade") !== "websocket") return new Response(this.birth);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, text) { ws.send(text); }
}
export default {
  async fetch(request, env) {
    return env.ROOM.getByName(new URL(request.url).pathname.startsWith("/other") ? "other" : "one").fetch(request);
  },
};` });

/** Asks the objects from another program, which runs. */
const asking = { "index.js": `
export default {
  async fetch(request, env) {
    try {
      return await (new URL(request.url).pathname === "/worker" ? env.WORKER : env.ROOM.getByName("one")).fetch(request);
    } catch ({ message, remote, durableObjectReset }) {
      return Response.json({ message, remote, durableObjectReset }, { status: 500 });
    }
  },
};` };

const settings = { main: "index.js", compatibility_date: "2026-04-07" };

/**
 * Runs `body` against a server whose program discards its isolate at a moment that is still to come, and does not start
 * for `ms` from then on. On a machine too slow for that the moment is put off.
 */
async function on(ms, body, args = []) {
  for (let lead = 2_000; ; lead *= 2) {
    const from = Date.now() + lead;
    const room = project(program(from, from + ms), { name: "room", ...settings, ...objects({ ROOM: "Room" }) });
    const front = project(asking, {
      name: "front", ...settings, services: [{ binding: "WORKER", service: "room" }],
      durable_objects: { bindings: [{ name: "ROOM", class_name: "Room", script_name: "room" }] },
    });
    const server = await dev({ config: [front, room], args: ["--threads", "1", "--memory-limit", "32MB", ...args], ms: 60_000 });
    const clients = [];
    const open = async (path) => {
      const client = await Client.open(server.url, path);
      clients.push(client);
      return client;
    };
    const get = async (path) => {
      const { status, body } = await request(server.url, path, { ms: 60_000 });
      return status === 500 ? JSON.parse(body) : body;
    };
    const late = () => (lead < 60_000 ? new Late() : new Error("the machine is too slow"));
    const taken = async () => {
      const answer = await get("/take");
      assert.match(answer.message, /exceeded its memory limit/);
      if (!server.text.includes("does not start again")) throw late();
    };
    try {
      return await body({ server, config: room, open, get, taken, from, until: from + ms, late });
    } catch (error) {
      if (!(error instanceof Late)) throw error;
    } finally {
      for (const client of clients) client.vanish();
      await server.stop();
    }
  }
}
class Late extends Error {}

const failures = (server) => server.text.split("does not start again").length - 1;

test("what held sockets bring waits for the next attempt, in order, and the object goes on", { timeout: 240_000 }, () =>
  // The third attempt comes 1,250 ms after the first, at the earliest.
  on(1_200, async ({ server, open, get, taken, from, late }) => {
    const one = await open("/");
    const birth = await get("/");
    if (Date.now() > from) throw late();
    const took = taken();
    took.catch(() => {});
    await eventually("the moment came", () => Date.now() > from, 60_000);
    for (const text of ["a", "b", "c"]) one.send(text);
    await took;
    for (const text of ["d", "e"]) one.send(text);
    for (const text of ["a", "b", "c", "d", "e"]) assert.equal(await one.next(30_000), text);
    assert.notEqual(await get("/"), birth);
    assert.equal(await one.ask("f"), "f");
    assert.ok(failures(server) <= 2, server.text);
    assert.match(server.text, /the program runs again/);
  }));

test("after the third failure the sockets close with 1011, calls hear why, and the first one that can starts it", { timeout: 240_000 }, () =>
  on(4_000, async ({ server, open, get, taken, from, until, late }) => {
    const one = await open("/");
    if (Date.now() > from) throw late();
    await taken();
    one.send("a");
    assert.deepEqual(await one.closed(30_000), { code: 1011, reason: "The object cannot be started." });
    const refused = { message: "The Worker does not start: Error: not now" };
    const answers = [await get("/"), await get("/worker")];
    const attempts = failures(server);
    for (let at = 0; at < 20; at++) answers.push(await get("/worker"));
    if (Date.now() >= until) throw late();
    assert.deepEqual(answers.slice(0, 2), [{ ...refused, remote: true, durableObjectReset: true }, refused]);
    assert.deepEqual(new Set(answers.slice(1).map((answer) => JSON.stringify(answer))), new Set([JSON.stringify(refused)]));
    // Most of them caused none.
    assert.ok(failures(server) < attempts + 20, server.text);
    assert.match(server.text, /1 WebSockets of its objects were closed: it did not start 3 times in a row/);
    await eventually("the program could start", () => Date.now() > until, 60_000);
    let answer;
    await eventually("it started", async () => typeof (answer = await get("/")) === "string", 30_000);
    assert.match(answer, /^[-0-9a-f]{36}$/);
    assert.equal(await (await open("/")).ask("b"), "b");
  }));

test("new code is tried at once, and gets what waited", { timeout: 240_000 }, () =>
  on(600_000, async ({ server, config, open, get, from, late }) => {
    const [one, other] = [await open("/"), await open("/other")];
    if (Date.now() > from) throw late();
    const took = get("/take");
    await eventually("the moment came", () => Date.now() > from, 60_000);
    one.send("a");
    await server.printed(/does not start again/, 60_000);
    other.send("b");
    // Both messages have arrived when these are answered.
    await Promise.all([one.ping("p", 30_000), other.ping("p", 30_000)]);
    fs.writeFileSync(config.replace("wrangler.json", "index.js"), program(0, 0)["index.js"]);
    await took;
    // On a slow machine they are given up before the new code is there.
    const heard = await Promise.all([one.next(30_000), other.next(30_000)]).catch(() => null);
    if (heard === null && server.text.includes("were closed: it did not start")) throw late();
    assert.deepEqual(heard, ["a", "b"]);
    assert.ok(one.isOpen && other.isOpen);
  }));

test("--websocket-hold never: the first failure closes them", { timeout: 240_000 }, () =>
  on(1_200, async ({ open, taken, from, late }) => {
    const other = await open("/other");
    if (Date.now() > from) throw late();
    await taken();
    assert.equal((await other.closed(30_000)).code, 1006);
  }, ["--websocket-hold", "never"]));
