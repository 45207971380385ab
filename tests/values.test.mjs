// State that npm workerd wrote, under miniflare, opens here and holds the same; and what a clean stop leaves here opens there.
// Each side describes what it reads back itself, so that also the stacks of errors can be compared. HOLDFAST_SEED repeats the
// random ones; their keys name their seeds.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { cloneable } from "./support/cloneable.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";
import { npm } from "./support/packages.mjs";
import { temporaryFolder } from "./support/process.mjs";
import { workerd } from "./support/workerd.mjs";

const name = "keeper";
const classes = { KEPT: "Kept", OLD: "Old" };
const date = "2026-04-07";
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 1e9));
const source = `
const seed = ${seed};
${cloneable}
const parts = {
  values: {
    async write(storage) { for (const [key, value] of Object.entries(values())) if (value !== undefined) await storage.put(key, value); },
    async read(storage) { return Array.from(await storage.list(), ([key, value]) => key + ": " + describe(value)); },
  },
  random: {
    async write(storage) { for (let n = 0; n < 400; n++) { const value = drawn(seed + n); if (value !== undefined) await storage.put("seed " + (seed + n), value); } },
    // Beside what each side reads there is what it should be; only stacks are not what they were.
    async read(storage) {
      const plain = (text) => text.replace(/stack (?:\\d+ of )?"(?:[^"\\\\]|\\\\.)*"/g, "");
      return Array.from(await storage.list(), ([key, value]) => {
        const read = describe(value), right = plain(describe(drawn(Number(key.slice(5)))));
        return plain(read) === right ? key + ": " + read : key + " is wrong: " + plain(read) + " instead of " + right;
      });
    },
  },
  keys: {
    async write(storage) {
      for (const key of ["", "a", "b", "\\0", "\\u00e9", "\\uffff", "\\u{1F600}", "x".repeat(2048), "gone", "again"]) await storage.put(key, key.length);
      await storage.delete(["gone", "again"]);
      await storage.put("again", "back");
      for (let n = 0; n < 300; n++) await storage.put("many" + n, "x".repeat(n * 7));
      await storage.put("large", "y".repeat(120_000));
    },
    async read(storage) { return Array.from(await storage.list(), ([key, value]) => describe([key, value])); },
  },
  tables: {
    write({ sql }) {
      sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, c REAL, d BLOB); CREATE INDEX i ON t (b); CREATE VIRTUAL TABLE f USING fts5(words);");
      for (const [a, b, c, d] of [[1, "one", 1.5, new Uint8Array([1, 2]).buffer], [null, "\\u65e5", -0.1, null], ["text", "", 2 ** 53, new Uint8Array(5000).buffer]]) sql.exec("INSERT INTO t (a, b, c, d) VALUES (?, ?, ?, ?)", a, b, c, d);
      sql.exec("INSERT INTO f VALUES ('hello world'), ('hello moon')");
    },
    read({ sql }) { return [...sql.exec("SELECT * FROM t ORDER BY id"), ...sql.exec("SELECT words FROM f WHERE f MATCH 'moon'"), ...sql.exec("SELECT name, sql FROM sqlite_master WHERE name IN ('t', 'i') ORDER BY name")].map(describe); },
  },
  alarm: {
    async write(storage) { await storage.put("with", "an alarm"); await storage.setAlarm(4102444800000); },
    async read(storage) { return [await storage.getAlarm(), await storage.get("with")]; },
  },
  nothing: { write() {}, async read(storage) { return [(await storage.list()).size]; } },
  emptied: {
    async write(storage) { await storage.put({ a: 1, b: 2 }); await storage.deleteAll(); },
    async read(storage) { return [(await storage.list()).size]; },
  },
};
class Keeper {
  constructor(state) { this.state = state; }
  async fetch(request) {
    const [, , what, part] = new URL(request.url).pathname.split("/");
    if (what === "write") { await parts[part].write(this.state.storage); await this.state.storage.sync(); }
    return Response.json(await parts[part].read(this.state.storage));
  }
  alarm() {}
}
export class Kept extends Keeper {}
export class Old extends Keeper {}
export default {
  fetch(request, env) {
    const [, binding, , part] = new URL(request.url).pathname.split("/");
    return env[binding].get(env[binding].idFromName(part)).fetch(request);
  },
};`;

async function withWorkerd(state, use) {
  const { Miniflare } = npm("miniflare");
  const miniflare = new Miniflare({
    name,
    modules: true,
    script: source,
    compatibilityDate: date,
    durableObjects: { KEPT: { className: "Kept", useSQLite: true }, OLD: { className: "Old" } },
    durableObjectsPersist: path.join(state, "do"),
  });
  try {
    return await use(async (place) => {
      const response = await miniflare.dispatchFetch(`http://worker${place}`);
      const body = await response.text();
      assert.equal(response.status, 200, `miniflare: ${place}: ${body}`);
      return JSON.parse(body);
    });
  } finally {
    await miniflare.dispose();
  }
}

async function withHoldfast(state, use) {
  const both = objects(classes);
  both.migrations = [{ tag: "v1", new_sqlite_classes: ["Kept"], new_classes: ["Old"] }];
  const server = await dev({ config: project({ "worker.js": source }, { name, main: "worker.js", compatibility_date: date, ...both }), state });
  try {
    const answer = await use(async (place) => {
      const { status, body } = await request(server.url, place);
      assert.equal(status, 200, `holdfast: ${place}: ${body}\n${server.text}`);
      return JSON.parse(body);
    });
    await server.stop();
    return answer;
  } finally {
    await server.stop();
  }
}

const all = [
  ...["values", "random", "keys", "nothing", "emptied"].flatMap((part) => [`KEPT ${part}`, `OLD ${part}`]),
  "KEPT alarm",
  "OLD alarm",
  "KEPT tables",
].map((one) => one.split(" "));

// What a side says of its values; one that is not what was written says so.
const sound = (list, what) => {
  for (const one of list) assert.ok(!String(one).includes(" is wrong: "), `${what}: ${one}`);
  return list;
};

async function compare(write, read, state = temporaryFolder()) {
  const told = {};
  await write(state, async (ask) => {
    for (const [binding, part] of all) told[`${binding} ${part}`] = sound(await ask(`/${binding}/write/${part}`), `${binding} ${part}`);
  });
  await read(state, async (ask) => {
    for (const [binding, part] of all) assert.deepEqual(await ask(`/${binding}/read/${part}`), told[`${binding} ${part}`], `${binding} ${part}`);
  });
  return state;
}

const skip = onReference && "it is about Holdfast's own files";

test("what workerd wrote is read here", { skip, timeout: 300_000 }, () => compare(withWorkerd, withHoldfast));

test("what a workerd that was killed left in its write-ahead logs is read here", { skip, timeout: 300_000 }, async () => {
  const state = temporaryFolder();
  fs.mkdirSync(path.join(state, "do"));
  const server = await workerd([{ name, source, date, classes, sqlite: true }], { disk: path.join(state, "do") });
  const told = {};
  try {
    for (const [binding, part] of all) {
      const { status, body } = await request(server.urls[name], `/${binding}/write/${part}`);
      assert.equal(status, 200, body);
      told[`${binding} ${part}`] = JSON.parse(body);
    }
  } finally {
    await server.program.kill();
  }
  const logs = fs.readdirSync(path.join(state, "do", "keeper-Kept")).filter((file) => /^[0-9a-f]{64}\.sqlite-wal$/.test(file));
  assert.ok(logs.some((file) => fs.statSync(path.join(state, "do", "keeper-Kept", file)).size > 0), "nothing is left in a log: the test tests nothing");
  await withHoldfast(state, async (ask) => {
    for (const [binding, part] of all) assert.deepEqual(await ask(`/${binding}/read/${part}`), told[`${binding} ${part}`], `${binding} ${part}`);
  });
});

test("what was written here is read by workerd after a clean stop", { skip, timeout: 300_000 }, async () => {
  const state = await compare(withHoldfast, withWorkerd);
  assert.deepEqual(fs.readdirSync(path.join(state, "do")).sort(), ["keeper-Kept", "keeper-Old"]);
});

test("a clean stop leaves one complete file an object", { skip, timeout: 300_000 }, async () => {
  const state = temporaryFolder();
  await withHoldfast(state, (ask) => ask("/KEPT/write/values"));
  // Beside the objects there is the list of their names, which workerd does not keep.
  const files = fs.readdirSync(path.join(state, "do", "keeper-Kept")).filter((file) => file !== "names");
  assert.equal(files.length, 1, String(files));
  assert.match(files[0], /^[0-9a-f]{64}\.sqlite$/);
});

test("an object passes between the two again and again", { skip, timeout: 300_000 }, async () => {
  const state = temporaryFolder();
  let told;
  for (let round = 0; round < 2; round++) {
    for (const by of [withWorkerd, withHoldfast]) {
      const heard = await by(state, async (ask) => [await ask("/OLD/read/values"), await ask("/OLD/write/values")]);
      if (told !== undefined) assert.deepEqual(heard[0], told);
      told = heard[1];
    }
  }
});
