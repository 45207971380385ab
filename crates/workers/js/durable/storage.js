// DurableObjectStorage: the asynchronous key-value API over the object's database.
//
// The database is local and reads are synchronous, so a promise from here is settled when it is returned. Writes
// of one turn become durable together when the turn ends, before anything the turn sent leaves.
// Source: workers-api.md 6.2.

const { defineInterface } = require("interface");
const flags = require("flags");
const { serialize, deserialize } = require("structured_clone/v8");

const { storage: store } = native;

const KEYS_MAX = 128;
const make = Symbol("make");

// Runs `work` now. What it throws becomes a rejection, or is thrown at once with an old compatibility date.
function promised(work) {
  if (!flags.capture_async_api_throws) return Promise.resolve(work());
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error);
  }
}

function keyList(keys) {
  const list = Array.from(keys, String);
  if (list.length > KEYS_MAX) {
    throw new RangeError(`Maximum number of key value pairs is ${KEYS_MAX}. ${list.length} pairs were provided.`);
  }
  return list;
}

function requireArguments(count, given, method, type) {
  if (given >= count) return;
  throw new TypeError(
    `Failed to execute '${method}' on 'DurableObjectStorage': parameter ${given + 1} is not of type '${type}'.`,
  );
}

class DurableObjectStorage {
  #owner;
  #sql;
  #kv;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
  }

  get(key, _options = undefined) {
    return promised(() => {
      requireArguments(1, arguments.length, "get", "string or Array");
      if (Array.isArray(key)) return this.#getMany(keyList(key));
      const bytes = store.get(this.#owner, String(key));
      return bytes === undefined ? undefined : deserialize(bytes);
    });
  }

  #getMany(keys) {
    const flat = store.getMany(this.#owner, keys);
    return entries(flat);
  }

  put(key, value, _options = undefined) {
    const given = arguments.length;
    return promised(() => {
      requireArguments(1, given, "put", "string or Object");
      if (typeof key === "object" && key !== null) {
        if (given > 1 && (typeof value !== "object" || value === null) && value !== undefined) {
          throw new TypeError(PUT_SHAPE);
        }
        this.#putMany(key);
        return undefined;
      }
      if (given < 2 || value === undefined) throw new TypeError("put() called with undefined value.");
      store.put(this.#owner, String(key), serialize(value));
      return undefined;
    });
  }

  #putMany(object) {
    const pairs = [];
    for (const [key, value] of Object.entries(object)) {
      if (value !== undefined) pairs.push(key, serialize(value));
    }
    if (pairs.length / 2 > KEYS_MAX) {
      throw new RangeError(
        `Maximum number of key value pairs is ${KEYS_MAX}. ${pairs.length / 2} pairs were provided.`,
      );
    }
    store.putMany(this.#owner, pairs);
  }

  delete(key, _options = undefined) {
    return promised(() => {
      requireArguments(1, arguments.length, "delete", "string or Array");
      if (Array.isArray(key)) return store.deleteMany(this.#owner, keyList(key));
      return store.delete(this.#owner, String(key));
    });
  }

  list(options = undefined) {
    return promised(() => {
      const { start, startAfter, end, prefix, reverse, limit } = options ?? {};
      const text = (value) => (value === undefined || value === null ? undefined : String(value));
      if (text(start) !== undefined && text(startAfter) !== undefined) {
        throw new TypeError("list() cannot be called with both start and startAfter values.");
      }
      const most = limit === undefined || limit === null ? undefined : Number(limit);
      if (most !== undefined && !(most > 0)) throw new TypeError("List limit must be positive.");
      return entries(
        store.list(this.#owner, text(start), text(startAfter), text(end), text(prefix), Boolean(reverse), most),
      );
    });
  }

  deleteAll(_options = undefined) {
    return promised(() => {
      store.deleteAll(this.#owner);
      return undefined;
    });
  }

  get sql() {
    this.#sql ??= require("durable/sql").sqlOf(this.#owner);
    return this.#sql;
  }

  get kv() {
    this.#kv ??= require("durable/kv").kvOf(this.#owner);
    return this.#kv;
  }

  getAlarm(options = undefined) {
    return promised(() => require("durable/alarms").getAlarm(this.#owner, options));
  }

  setAlarm(time, options = undefined) {
    const given = arguments.length;
    return promised(() => {
      requireArguments(1, given, "setAlarm", "date");
      return require("durable/alarms").setAlarm(this.#owner, time, options);
    });
  }

  deleteAlarm(options = undefined) {
    return promised(() => require("durable/alarms").deleteAlarm(this.#owner, options));
  }

  // Resolves when every write so far is durable, which is at the end of the turn that asked for it.
  sync() {
    return promised(() => store.sync(this.#owner));
  }
}
defineInterface(DurableObjectStorage);

const PUT_SHAPE =
  "put() may only be called with a single key-value pair and optional options as put(key, value, options) or with multiple key-value pairs and optional options as put(entries, options)";

// A Map from the host's flat list of keys and serialized values.
function entries(flat) {
  const map = new Map();
  for (let at = 0; at < flat.length; at += 2) map.set(flat[at], deserialize(flat[at + 1]));
  return map;
}

exports.DurableObjectStorage = DurableObjectStorage;
exports.storageOf = (owner) => new DurableObjectStorage(make, owner);
