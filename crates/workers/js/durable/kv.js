// SyncKvStorage: `ctx.storage.kv`, the key-value API without promises.
// Source: workers-api.md 6.5.

const { defineInterface, illegalInvocation, iteratorClass } = require("interface");
const { onForget } = require("instances");
const operations = require("durable/operations");
const { deserialize } = require("structured_clone/v8");

const { iterating, textOf } = operations;
const { storage: store } = native;

const make = Symbol("make");
const TYPE = "SyncKvStorage";

// Entries an iterator reads at a time.
const AHEAD = 64;

const NOT_SQLITE =
  "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use SQLite. You can use the older, asyncronous interface via methods of `storage` itself (e.g. `storage.get()`). SQLite can be enabled on a new Durable Object class by using the `new_sqlite_classes` instead of `new_classes` under `migrations` in your wrangler.jsonc or wrangler.toml, but an already-deployed class cannot be converted to SQLite (except by deleting the existing data).";

// An iterator sees what is written while it goes on, so what it read ahead is dropped then.
function step(state) {
  if (state.isDone) return undefined;
  if (state.isInvalid) {
    throw new Error(
      "kv.list() iterator was invalidated because a new call to kv.list() was started. Only one kv.list() iterator can exist at a time.",
    );
  }
  if (state.at === state.ahead.length || state.isStale) readAhead(state);
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
  state.isStale = false;
  if (most === 0) state.ahead = [];
  else if (last === undefined) state.ahead = store.list(state.owner, start, startAfter, end, prefix, reverse, most);
  else if (reverse) state.ahead = store.list(state.owner, start, startAfter, last, prefix, true, most);
  else state.ahead = store.list(state.owner, undefined, last, end, prefix, false, most);
}

function finish(state) {
  state.isDone = true;
  state.ahead = [];
  if (iterating.get(state.owner) === state) iterating.delete(state.owner);
}

const newIterator = iteratorClass("ListIterator", step);

// The owner of a storage, if its class has this API; set by the class.
let ownerOf;

class SyncKvStorage {
  #owner;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
  }

  static {
    ownerOf = (kv) => {
      if (typeof kv !== "object" || kv === null || !(#owner in kv)) throw illegalInvocation();
      if (!store.isSqlite(kv.#owner)) throw new Error(NOT_SQLITE);
      return kv.#owner;
    };
  }

  get(key) {
    operations.requireArguments(1, arguments.length, "get", TYPE, "string");
    return operations.read(ownerOf(this), textOf(key));
  }

  list(options = undefined) {
    const chosen = operations.optionsOf(options, "list", TYPE, 1, "ListOptions");
    const owner = ownerOf(this);
    const range = operations.rangeOf(chosen);
    operations.listed(owner);
    const state = {
      owner,
      range,
      // How many more it may yield, and the key it yielded last.
      left: range[5] ?? Infinity,
      last: undefined,
      // What was read ahead, and how much of it was yielded.
      ahead: [],
      at: 0,
      isStale: false,
      isInvalid: false,
      isDone: false,
    };
    iterating.set(owner, state);
    return newIterator(state);
  }

  put(key, value) {
    operations.requireArguments(1, arguments.length, "put", TYPE, "string");
    operations.requireArguments(2, arguments.length, "put", TYPE, "Value");
    operations.write(ownerOf(this), textOf(key), value, false);
  }

  delete(key) {
    operations.requireArguments(1, arguments.length, "delete", TYPE, "string");
    return operations.remove(ownerOf(this), textOf(key), false);
  }
}
defineInterface(SyncKvStorage);

exports.SyncKvStorage = SyncKvStorage;
exports.kvOf = (owner) => new SyncKvStorage(make, owner);

onForget((owner) => iterating.delete(owner));
