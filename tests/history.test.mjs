// Point-in-time recovery: bookmarks, going back when an object next starts, undoing that, and `holdfast objects restore`;
// with the server stopped, and killed, in between.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, exit, objects, onReference, project, run } from "./support/holdfast.mjs";

const source = `
const tried = async (act) => { try { return await act(); } catch (error) { return error.name + ": " + error.message; } };
class Kept {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const url = new URL(request.url);
    const [, , , what] = url.pathname.split("/");
    const { storage } = this.state;
    const text = url.searchParams.get("text");
    if (what === "socket") {
      const [client, server] = Object.values(new WebSocketPair());
      this.state.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    const answers = {
      put: () => storage.put(text, text.repeat(50)),
      fill: async () => { for (let n = 0; n < Number(text); n++) { await storage.put("fill", n); await storage.sync(); } },
      clear: () => storage.deleteAll(),
      alarm: () => storage.setAlarm(Number(text)),
      bookmark: () => storage.getCurrentBookmark(),
      written: () => { storage.put("late", 1); return storage.getCurrentBookmark(); },
      at: () => storage.getBookmarkForTime(Number(text)),
      date: () => storage.getBookmarkForTime(new Date(Number(text))),
      restore: () => storage.onNextSessionRestoreBookmark(text),
      abort: () => this.state.abort("the session ends"),
      wrong: async () => [
        await tried(() => storage.getBookmarkForTime("noon")),
        await tried(() => storage.getBookmarkForTime(NaN)),
        await tried(() => storage.getBookmarkForTime(Date.now() + 60_000)),
        await tried(() => storage.onNextSessionRestoreBookmark("no bookmark")),
        await tried(() => storage.onNextSessionRestoreBookmark()),
      ],
      look: async () => ({ keys: [...(await storage.list()).keys()], alarm: await storage.getAlarm() }),
    };
    return Response.json((await tried(answers[what])) ?? null);
  }
  alarm() {}
}
export class Room extends Kept {}
export class Old extends Kept {}
export default {
  fetch(request, env) {
    const [, binding, object] = new URL(request.url).pathname.split("/");
    return env[binding].get(env[binding].idFromName(object)).fetch(request);
  },
};`;

const config = () => {
  const both = objects({ ROOM: "Room", OLD: "Old" });
  both.migrations = [{ tag: "v1", new_sqlite_classes: ["Room"], new_classes: ["Old"] }];
  return project({ "worker.js": source }, { name: "history", main: "worker.js", compatibility_date: "2026-04-07", ...both });
};

async function started(own, state) {
  const server = await dev({ config: own, state, args: ["--threads", "2"] });
  const ask = async (what, text = "", object = "ROOM/one") => {
    const { status, body } = await request(server.url, `/${object}/${what}?text=${encodeURIComponent(text)}`);
    assert.equal(status, 200, `${what}: ${body}\n${server.text}`);
    return JSON.parse(body);
  };
  ask.end = async () => assert.equal((await request(server.url, "/ROOM/one/abort")).status, 500);
  ask.keys = async () => (await ask("look")).keys;
  return { server, ask, state: server.state };
}

async function killed(server) {
  process.kill(server.pid, "SIGKILL");
  await server.program.exited;
}

const shape = /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/;
const skip = onReference && "the reference keeps no history";

describe("history", { skip, concurrency: 2 }, () => {
  test("an object goes back when it next starts, and back again", { timeout: 300_000 }, async () => {
    const { server, ask } = await started(config());
    try {
      const empty = await ask("bookmark");
      assert.match(empty, shape);
      await ask("put", "a");
      await ask("alarm", "4102444800000");
      const one = await ask("bookmark");
      await ask("put", "b");
      const written = await ask("written");
      await ask("clear");
      const two = await ask("bookmark");
      assert.deepEqual([two, one, written, empty].sort(), [empty, one, written, two]);

      const undo = await ask("restore", one);
      assert.match(undo, shape);
      assert.ok(undo > two);
      assert.deepEqual(await ask.keys(), [], "nothing happens before the next session");
      await ask("put", "of the session");
      await ask.end();
      assert.deepEqual(await ask("look"), { keys: ["a"], alarm: 4102444800000 });
      assert.ok((await ask("bookmark")) > undo);
      await ask("put", "c");
      await ask.end();
      assert.deepEqual(await ask.keys(), ["a", "c"], "it happens once");

      await ask("restore", undo);
      await ask.end();
      assert.deepEqual(await ask("look"), { keys: ["of the session"], alarm: null });
      await ask("restore", written);
      await ask.end();
      assert.deepEqual(await ask.keys(), ["a", "b", "late"], "a bookmark has what was written before it was asked for");
      await ask("restore", empty);
      await ask.end();
      assert.deepEqual(await ask("look"), { keys: [], alarm: null });
    } finally {
      await server.stop();
    }
  });

  test("a time, what is no bookmark, and a class without a history", { timeout: 300_000 }, async () => {
    const { server, ask } = await started(config());
    try {
      await ask("put", "a");
      const now = await ask("bookmark");
      assert.equal((await ask("at", Date.now())).slice(0, 17), now.slice(0, 17));
      assert.equal((await ask("date", Date.now())).slice(0, 17), now.slice(0, 17));
      const old = await ask("at", Date.now() - 48 * 3600_000);
      assert.match(old, /^Error: Cannot go back: .* the oldest bookmark is [0-9a-f-]{59}\.$/);
      const oldest = /is ([0-9a-f-]{59})\.$/.exec(old)[1];
      const wrong = await ask("wrong");
      assert.match(wrong[0], /^TypeError: Failed to execute 'getBookmarkForTime' on 'DurableObjectStorage'/);
      assert.match(wrong[1], /^TypeError: .*not a valid Date/);
      assert.match(wrong[2], /^Error: .*future/);
      assert.match(wrong[3], /^Error: .*not a bookmark/);
      assert.match(wrong[4], /^TypeError/);
      // Another object's, and one that is still to come.
      assert.match(await ask("restore", await ask("bookmark", "", "ROOM/two")), /^Error: .*not a bookmark of this/);
      assert.match(await ask("restore", `ffffffff${now.slice(8)}`), /^Error: .*future/);
      await ask("restore", oldest);
      await ask.end();
      assert.deepEqual(await ask.keys(), []);
      const none = "Error: This Durable Object's storage back-end does not implement point-in-time recovery.";
      for (const [what, text] of [["bookmark"], ["at", "1"], ["restore", now]]) assert.equal(await ask(what, text, "OLD/one"), none);
    } finally {
      await server.stop();
    }
  });

  test("nothing of it is lost when the server is killed", { timeout: 300_000 }, async () => {
    const own = config();
    let { server, ask, state } = await started(own);
    const marks = [];
    const expected = [];
    try {
      for (let round = 0; round < 4; round++) {
        await ask("put", `round ${round}`);
        expected.push(`round ${round}`);
        marks.push([await ask("bookmark"), [...expected]]);
        await ask("put", `more ${round}`);
        expected.push(`more ${round}`);
        expected.sort();
        await ask("fill", "20", "ROOM/other");
        marks.push([await ask("bookmark"), [...expected]]);
        await killed(server);
        ({ server, ask } = await started(own, state));
      }
      assert.deepEqual(await ask.keys(), expected);
      // Asked for, then killed: it happens when the object starts in another process.
      const undo = await ask("restore", marks[2][0]);
      await killed(server);
      ({ server, ask } = await started(own, state));
      assert.deepEqual(await ask.keys(), marks[2][1].sort());
      await killed(server);
      ({ server, ask } = await started(own, state));
      marks.push([undo, expected]);
      for (const [bookmark, keys] of marks) {
        await ask("restore", bookmark);
        await ask.end();
        assert.deepEqual(await ask.keys(), [...keys].sort(), bookmark);
      }
    } finally {
      await server.stop();
    }
  });

  test("holdfast objects restore, beside a server and without one", { timeout: 300_000 }, async () => {
    const own = config();
    const { server, ask, state } = await started(own);
    const tool = async (...words) => {
      const { code, text } = await run(["objects", ...words, "--persist-to", state, "--class", "Room"]);
      assert.equal(code, exit.done, text);
      return text;
    };
    let undo;
    let first;
    try {
      await ask("put", "a");
      first = await ask("bookmark");
      assert.equal(JSON.parse(await tool("show", "one", "--json")).bookmark.slice(0, 17), first.slice(0, 17));
      await ask("put", "b");
      const socket = await Client.open(server.url, "/ROOM/one/socket");
      for (const [pattern, ...words] of [
        [/not reach back so far[^]*oldest point that is left is 20\d\d-/, "--at", "2020-01-01"],
        [/no bookmark of Room "one"/, "--at", first.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
        [/in the future/, "--at", "2100-01-01T00:00"],
      ]) {
        const { code, text } = await run(["objects", "restore", "one", ...words, "--persist-to", state, "--class", "Room"]);
        assert.equal(code, 6, text);
        assert.match(text, pattern);
      }
      assert.equal((await run(["objects", "restore", "one", "--at", "yesterday", "--persist-to", state])).code, exit.usage);
      const restored = await tool("restore", "one", "--at", first);
      assert.match(restored, /Room "one" is what it was at [0-9a-f-]{59}\nto undo this: --at [0-9a-f-]{59}\n/);
      undo = restored.trim().split(" ").at(-1);
      assert.equal((await socket.closed()).code, 1006);
      assert.deepEqual(await ask.keys(), ["a"]);
      await tool("restore", "one", "--at", undo);
      assert.deepEqual(await ask.keys(), ["a", "b"]);
    } finally {
      await server.stop();
    }
    await tool("restore", "one", "--at", first);
    const again = await started(own, state);
    try {
      assert.deepEqual(await again.ask.keys(), ["a"]);
      await killed(again.server);
      await tool("restore", "one", "--at", undo);
    } finally {
      await again.server.stop();
    }
    const last = await started(own, state);
    try {
      assert.deepEqual(await last.ask.keys(), ["a", "b"]);
    } finally {
      await last.server.stop();
    }
  });
});
