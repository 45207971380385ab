// SyncKvStorage: `ctx.storage.kv`, the key-value API without promises.
// Source: workers-api.md 6.5.

const { defineInterface, iteratorClass } = require("interface");
const { onForget } = require("instances");
const operations = require("durable/operations");
const { deserialize } = require("structured_clone/v8");

const { storage: store } = native;

const make = Symbol("make");
const TYPE = "SyncKvStorage";

// Entries an iterator reads at a time.
const AHEAD = 64;

const NOT_SQLITE =
  "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use SQLite. You can use the older, asyncronous interface via methods of `storage` itself (e.g. `storage.get()`). Alternatively, to enable SQLite, change `new_classes` to `new_sqlite_classes` within the 'migrations' field in your wrangler.jsonc or wrangler.toml file. If using workerd directly,set `enableSql = true` in your workerd config for the class. Note that this change cannot be made after the class is already deployed to production.";

// The iterator of each object that goes on: a new one ends the one before.
const iterating = new Map();

// An iterator sees what is written while it goes on, so what it read ahead is dropped then.
function step(state) {
  if (state.isDone) return undefined;
  if (state.isInvalid) {
    throw new Error(
      "kv.list() iterator was invalidated because a new call to kv.list() was started. Only one kv.list() iterator can exist at a time.",
    );
  }
  const written = operations.written.get(state.owner);
  if (state.at === state.ahead.length || state.written !== written) {
    state.written = written;
    readAhead(state);
  }
  if (state.ahead.length === 0 || state.left === 0) {
    finish(state);
    return undefined;
  }
  const key = state.ahead[state.at];
  const value = deserialize(state.ahead[state.at + 1]);
  state.at += 2;
  state.left--;
  state.last = key;
  return [[key, value]];
}

function readAhead(state) {
  const [start, startAfter, end, prefix, reverse] = state.range;
  const { last } = state;
  const most = Math.min(AHEAD, state.left);
  state.at = 0;
  if (most === 0) state.ahead = [];
  else if (last === undefined) state.ahead = store.list(state.owner, start, startAfter, end, prefix, reverse, most);
  else if (reverse) state.ahead = store.list(state.owner, start, startAfter, last, prefix, true, most);
  else state.ahead = store.list(state.owner, undefined, last, end, prefix, false, most);
}

function finish(state) {
  state.isDone = true;
  state.ahead = [];
  if (iterating.get(state.owner) === state) {
    iterating.delete(state.owner);
    operations.written.delete(state.owner);
  }
}

const newIterator = iteratorClass("SyncKvStorage ListIterator", step);

class SyncKvStorage {
  #owner;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
  }

  // The owner, if its class has this API.
  #check() {
    if (!store.isSqlite(this.#owner)) throw new Error(NOT_SQLITE);
    return this.#owner;
  }

  get(key) {
    operations.requireArguments(1, arguments.length, "get", TYPE, "string");
    return operations.read(this.#check(), String(key));
  }

  list(options = undefined) {
    const chosen = operations.optionsOf(options, "list", TYPE, 1, "ListOptions");
    const owner = this.#check();
    const range = operations.rangeOf(chosen);
    const state = { owner, range, left: range[5] ?? Infinity, ahead: [], at: 0, written: undefined };
    state.last = undefined;
    state.isDone = false;
    state.isInvalid = false;
    const before = iterating.get(owner);
    if (before !== undefined) before.isInvalid = true;
    iterating.set(owner, state);
    operations.written.set(owner, 0);
    return newIterator(state);
  }

  put(key, value) {
    operations.requireArguments(2, arguments.length, "put", TYPE, "string");
    operations.write(this.#check(), String(key), value, false);
  }

  delete(key) {
    operations.requireArguments(1, arguments.length, "delete", TYPE, "string");
    return operations.remove(this.#check(), String(key), false);
  }
}
defineInterface(SyncKvStorage);

exports.SyncKvStorage = SyncKvStorage;
exports.kvOf = (owner) => new SyncKvStorage(make, owner);

onForget((owner) => {
  iterating.delete(owner);
  operations.written.delete(owner);
});
