// Crash rounds: objects are asked to write by many at once (keys, rows, the alarm, transactions), the server is killed in the
// middle, and after the restart each object must hold what model.mjs can explain: every acknowledged write, in order, and no
// half of anything. HOLDFAST_LONG=1 makes it ten times as many.
//
// A kill leaves what the operating system has taken; it shows the order of writing and answering, not that disks are synced.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import { test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, objects, project } from "../support/holdfast.mjs";
import { PATIENCE_MS, temporaryFolder, within } from "../support/process.mjs";
import { each, pause, upTo } from "../long/many.mjs";
import { random, seed } from "../long/random.mjs";
import { explained } from "./model.mjs";

const ROUNDS = process.env.HOLDFAST_LONG === "1" ? 300 : 30, OBJECTS = 20, LANES = 3, KEYS = 12;
const names = upTo(OBJECTS).map((number) => `object-${number}`);

/** `perform` is how a class does an operation: the honest way, or a twin's. */
const worker = (perform) => `
import { DurableObject } from "cloudflare:workers";
import { apply } from "./model.mjs";
async function honest(storage, operation, txn = storage) {
  const { kind, key, keys, value, entries, options, operations } = operation;
  const table = () => storage.sql.exec("CREATE TABLE IF NOT EXISTS rows_ (key TEXT PRIMARY KEY, value TEXT)");
  switch (kind) {
    case "put": await txn.put(key, value); return null;
    case "putMany": await txn.put(entries); return null;
    case "get": return (await txn.get(key)) ?? null;
    case "list": return [...(await txn.list(options))];
    case "delete": return txn.delete(key);
    case "deleteMany": return txn.delete(keys);
    case "deleteAll": await storage.deleteAll(); return null;
    case "insert":
      table();
      storage.sql.exec("INSERT OR REPLACE INTO rows_ VALUES (?, ?)", key, JSON.stringify(value));
      return null;
    case "remove":
      table();
      return [...storage.sql.exec("DELETE FROM rows_ WHERE key = ? RETURNING key", key)].length;
    case "rows":
      table();
      return [...storage.sql.exec("SELECT key, value FROM rows_ ORDER BY key").raw()].map(([key, value]) => [key, JSON.parse(value)]);
    case "setAlarm": await txn.setAlarm(value); return null;
    case "getAlarm": return txn.getAlarm();
    case "deleteAlarm": await txn.deleteAlarm(); return null;
    case "batch": return Promise.all(operations.map((one) => honest(storage, one, txn)));
    case "transaction": case "nested": return inTransaction(storage, operation);
  }
}
async function inTransaction(storage, { operations, inner, end, waits }) {
  const given = new Error("thrown");
  try {
    return await storage.transaction(async (txn) => {
      const results = [];
      for (const one of operations) {
        results.push(await honest(storage, one, txn));
        if (waits) await scheduler.wait(1);
      }
      if (inner) results.push(await inTransaction(storage, inner));
      if (end === "rollback") txn.rollback();
      if (end === "throw") throw given;
      return end === "commit" ? results : end;
    });
  } catch (error) {
    if (error === given) return end;
    throw error;
  }
}
async function everything(storage) {
  const alarm = await storage.getAlarm();
  const rows = await honest(storage, { kind: "rows" });
  return [...(await storage.list()), ...rows.map(([key, value]) => ["sql:" + key, value]), ...(alarm === null ? [] : [["alarm:", alarm]])];
}
export class Store extends DurableObject {
  birth = crypto.randomUUID();
  number = 0;
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => { this.cache = new Map(await everything(ctx.storage)); });
  }
  async fetch(request) {
    const { storage } = this.ctx;
    if (request.method === "GET") return Response.json(await everything(storage));
    const operation = await request.json();
    // Nothing happens between taking a number and starting to write.
    const number = ++this.number;
    const result = await (${perform})(this, storage, operation);
    return Response.json({ birth: this.birth, number, result });
  }
  alarm() {}
}
export default { fetch: (request, env) => env.STORE.getByName(new URL(request.url).pathname).fetch(request) };
`;

const performers = {
  honest: "(object, storage, operation) => honest(storage, operation)",
  // Answers from memory, writes a little later.
  behind: `(object, storage, operation) => {
    setTimeout(() => honest(storage, operation), 20);
    return apply(object.cache, operation);
  }`,
  // Writes the parts of one write one after the other.
  torn: `async (object, storage, operation) => {
    if (operation.kind !== "putMany") return honest(storage, operation);
    for (const [key, value] of Object.entries(operation.entries)) {
      await storage.put(key, value);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return null;
  }`,
};

const weights = {
  put: 6, putMany: 5, get: 1, list: 2, delete: 3, deleteMany: 2, deleteAll: 1, batch: 3, insert: 4, remove: 2, rows: 1,
  setAlarm: 3, getAlarm: 1, deleteAlarm: 1, transaction: 4, nested: 1,
};
// What cannot be a part of another one; of those in a transaction, what it refuses too.
const whole = ["batch", "transaction", "nested"];
const parts = (...without) => kinds.filter((kind) => ![...whole, ...without].includes(kind));
const kinds = Object.entries(weights).flatMap(([kind, weight]) => Array(weight).fill(kind));

function operationOf(choose, kind = choose.pick(kinds)) {
  const key = () => `key-${String(choose.whole(1, KEYS)).padStart(2, "0")}`;
  // Now and then a value of many pages, so that a kill can find a write half done. A number tells all values apart.
  const value = () => [choose.whole(0, 2 ** 31), "x".repeat(choose.chance(0.05) ? choose.whole(5_000, 60_000) : choose.whole(0, 40))];
  const many = (least, most, kinds) => upTo(choose.whole(least, most)).map(() => operationOf(choose, choose.pick(kinds)));
  const ending = () => choose.pick(["commit", "commit", "commit", "rollback", "throw"]);
  const some = () => [...new Set(upTo(choose.whole(2, KEYS)).map(key))];
  switch (kind) {
    case "put": return { kind, key: key(), value: value() };
    case "putMany": return { kind, entries: Object.fromEntries(some().map((key) => [key, value()])) };
    case "get": case "delete": return { kind, key: key() };
    case "deleteMany": return { kind, keys: some() };
    case "deleteAll": return { kind };
    case "insert": return { kind, key: key(), value: value() };
    case "remove": return { kind, key: key() };
    case "rows": case "getAlarm": case "deleteAlarm": return { kind };
    // None of them is due before the test ends.
    case "setAlarm": return { kind, value: Date.UTC(2100, 0, 1) + choose.whole(0, 2 ** 31) };
    case "batch": return { kind, operations: many(2, 5, parts()) };
    case "transaction": return { kind, operations: many(1, 4, parts("deleteAll")), end: ending(), waits: choose.chance(0.3) };
    case "nested": return { kind, operations: many(1, 2, parts("deleteAll")), inner: operationOf(choose, "transaction"), end: ending() };
    case "list": {
      const options = { reverse: choose.chance(0.3) };
      if (choose.chance(0.5)) options.prefix = choose.pick(["key-0", "key-1", "none"]);
      if (choose.chance(0.3)) options.limit = choose.whole(1, KEYS);
      if (choose.chance(0.2)) options.start = key();
      if (choose.chance(0.2)) options.end = key();
      return { kind, options };
    }
  }
}

/** Asks every object, several requests at a time, until the server is killed in the middle. Returns what each was told. */
async function untilKilled(server, round) {
  const agent = new http.Agent({ keepAlive: true });
  const histories = names.map(() => ({ acked: [], pending: new Set(), births: new Set(), greatest: 0 }));
  const choose = random(`kill ${round}`);
  let left = choose.whole(1, 800), isKilled = false;
  const lane = async (at, number) => {
    const history = histories[at], choose = random(`lane ${round} ${at} ${number}`);
    while (!isKilled) {
      const one = { operation: operationOf(choose), since: history.greatest };
      history.pending.add(one);
      let answer;
      try {
        answer = await request(server.url, names[at], { method: "POST", body: JSON.stringify(one.operation), agent });
      } catch (error) {
        if (isKilled) return;
        throw error;
      }
      assert.equal(answer.status, 200, answer.body);
      const { birth, ...told } = JSON.parse(answer.body);
      history.births.add(birth);
      history.pending.delete(one);
      history.acked.push({ ...one, ...told });
      history.greatest = Math.max(history.greatest, told.number);
      left--;
    }
  };
  const kill = async () => {
    while (left > 0) await pause(choose.whole(0, 3));
    isKilled = true;
    await server.program.kill();
  };
  const lanes = names.flatMap((_, at) => upTo(LANES).map((number) => lane(at, number)));
  await within(PATIENCE_MS, `round ${round}: too slow`, Promise.all([kill(), ...lanes]));
  agent.destroy();
  return histories;
}

/** Rounds until one cannot be explained; says which and how, or what was done when all can. */
async function rounds(performer, count) {
  const files = { "index.js": worker(performers[performer]), "model.mjs": fs.readFileSync(new URL("model.mjs", import.meta.url), "utf8") };
  const config = project(files, { name: "crash", main: "index.js", compatibility_date: "2026-04-07", ...objects({ STORE: "Store" }, { sqlite: true }) });
  const state = temporaryFolder();
  const read = (server) => each(names, 8, async (name) => JSON.parse((await request(server.url, name)).body));
  const sum = { rounds: 0, acked: 0, pending: 0, happened: 0, problem: undefined };
  let server = await dev({ config, state });
  try {
    let before = await read(server);
    while (sum.rounds < count && !sum.problem) {
      const histories = await untilKilled(server, ++sum.rounds);
      server = await dev({ config, state });
      const after = await read(server);
      for (const [at, { acked, pending, births }] of histories.entries()) {
        const told = { before: before[at], acked, pending: [...pending], after: after[at] };
        sum.acked += acked.length;
        sum.pending += pending.size;
        if (pending.size && !explained({ ...told, pending: [] })) sum.happened++;
        if (births.size > 1) sum.problem ??= `round ${sum.rounds}, ${names[at]}: ${births.size} instances in one life`;
        if (!explained(told)) sum.problem ??= `round ${sum.rounds}, ${names[at]}: ${brief(told)}`;
      }
      before = after;
    }
  } finally {
    await server.program.kill();
  }
  return sum;
}

/** What the checker could not explain, values as their numbers. */
function brief({ before, acked, pending, after }) {
  const short = (value) => JSON.stringify(value).replaceAll(/x{20,}/g, (text) => `${text.length}x`);
  const lines = acked.toSorted((one, other) => one.number - other.number).slice(-12);
  return [
    `held ${short(before)} before`,
    ...lines.map(({ number, operation, result }) => `${number}. ${short(operation)} -> ${short(result)}`),
    ...pending.map(({ operation, since }) => `after ${since}, never answered: ${short(operation)}`),
    `holds ${short(after)} now`,
  ].join("\n  ");
}

test(`${ROUNDS} crash rounds (HOLDFAST_SEED=${seed})`, { timeout: 900_000 }, async (t) => {
  const { problem, ...sum } = await rounds("honest", ROUNDS);
  t.diagnostic(`crash: seed ${seed}, ${sum.rounds} rounds, ${sum.acked} operations acknowledged, ${sum.pending} in flight at a kill; ${sum.happened} times one of those had happened`);
  assert.equal(problem, undefined);
  assert.ok(sum.pending > ROUNDS, "a kill that interrupts nothing shows nothing");
});

for (const twin of ["behind", "torn"]) {
  test(`the checker catches a Worker that writes ${twin === "behind" ? "after it answers" : "in pieces"}`, { timeout: 300_000 }, async (t) => {
    const { problem, rounds: needed } = await rounds(twin, 12);
    assert.ok(problem, `nothing was found in ${needed} rounds`);
    t.diagnostic(`crash: the ${twin} twin was caught in round ${needed}`);
  });
}
