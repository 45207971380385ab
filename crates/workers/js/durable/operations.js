// get, put, delete and list as `ctx.storage` and a transaction offer them: what they take, what they refuse, and the
// promises they answer with. The database is local and reads are synchronous, so the promises are settled already.
// Source: workers-api.md 6.2.

const flags = require("flags");
const { wrongParameter } = require("interface");
const { serialize, deserialize } = require("structured_clone/v8");

const { storage: store } = native;

const KEYS_MAX = 128;

const PUT_SHAPE =
  "put() may only be called with a single key-value pair and optional options as put(key, value, options) or with multiple key-value pairs and optional options as put(entries, options)";

// The iterator of `storage.kv.list()` that goes on, by owner: it must know of writes, and a further list ends it.
const iterating = new Map();

function wrote(owner) {
  const iterator = iterating.get(owner);
  if (iterator !== undefined) iterator.isStale = true;
}

function listed(owner) {
  const iterator = iterating.get(owner);
  if (iterator !== undefined) iterator.isInvalid = true;
}

// What a call throws becomes a rejection, or is thrown at once with an old compatibility date.
function failed(error) {
  if (flags.capture_async_api_throws) return Promise.reject(error);
  throw error;
}

// Runs `work` now, for a promise of what it answers.
function promised(work) {
  try {
    return Promise.resolve(work());
  } catch (error) {
    return failed(error);
  }
}

function requireArguments(count, given, method, type, kind) {
  if (given < count) throw wrongParameter(method, type, given + 1, kind);
}

const FIELDS = {
  GetOptions: ["allowConcurrency", "noCache"],
  PutOptions: ["allowConcurrency", "allowUnconfirmed", "noCache"],
  ListOptions: ["start", "startAfter", "end", "prefix", "reverse", "limit", "allowConcurrency", "noCache"],
  TransactionOptions: [],
  GetAlarmOptions: ["allowConcurrency"],
  SetAlarmOptions: ["allowConcurrency", "allowUnconfirmed"],
  AbortOptions: ["retryAlarm"],
};

// The options of a call, each read once; they are an object, where there are any.
function optionsOf(value, method, type, position, kind) {
  const options = {};
  if (value === undefined || value === null) return options;
  if (typeof value !== "object" && typeof value !== "function") throw wrongParameter(method, type, position, kind);
  for (const field of FIELDS[kind]) options[field] = value[field];
  return options;
}

// A key, or anything else that is taken as a string.
function textOf(value) {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return String(value);
}

// A number as the platform's 32-bit integers take it.
function integerOf(value) {
  if (typeof value === "bigint") throw new TypeError("Cannot convert a BigInt value to a number");
  const number = Number(value);
  if (!Number.isFinite(number)) return 0;
  if (number < -0x80000000 || number > 0x7fffffff) {
    throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
  }
  return Math.trunc(number);
}

// A Map from the host's flat list of keys and serialized values.
function entries(flat) {
  const map = new Map();
  for (let at = 0; at < flat.length; at += 2) map.set(flat[at], deserialize(flat[at + 1]));
  return map;
}

// The host knows what a primitive is; anything else comes as bytes.
function read(owner, key) {
  const found = store.get(owner, key);
  return typeof found === "object" && found !== null ? deserialize(found) : found;
}

function write(owner, key, value, isUnconfirmed) {
  store.put(owner, key, serialize(value), isUnconfirmed);
  wrote(owner);
}

function remove(owner, key, isUnconfirmed) {
  const existed = store.delete(owner, key, isUnconfirmed);
  wrote(owner);
  return existed;
}

// What `list()` was asked for, in the order in which the host takes it.
function rangeOf({ start, startAfter, end, prefix, reverse, limit }) {
  const text = (value) => (value === undefined ? undefined : textOf(value));
  const range = [text(start), text(startAfter), text(end), text(prefix), Boolean(reverse), undefined];
  const most = limit === undefined ? undefined : integerOf(limit);
  if (range[0] !== undefined && range[1] !== undefined) {
    throw new TypeError("list() cannot be called with both start and startAfter values.");
  }
  if (most <= 0) throw new TypeError("List limit must be positive.");
  range[5] = most;
  return range;
}

exports.get = (owner, type, given, key, options) => {
  requireArguments(1, given, "get", type, "string or Array");
  optionsOf(options, "get", type, 2, "GetOptions");
  if (!Array.isArray(key)) return read(owner, textOf(key));
  const keys = Array.from(key, textOf);
  if (keys.length > KEYS_MAX && !store.isSqlite(owner)) {
    // Noticed late by the platform: never thrown at once.
    return Promise.reject(
      new RangeError(`Maximum number of key value pairs is ${KEYS_MAX}. ${keys.length} pairs were provided.`),
    );
  }
  return entries(store.getMany(owner, keys));
};

exports.put = (owner, type, given, key, value, options) => {
  requireArguments(1, given, "put", type, "string or object");
  const isPairs = typeof key === "function" || (typeof key === "object" && key !== null && !Array.isArray(key));
  if (!isPairs) {
    const name = textOf(key);
    const { allowUnconfirmed } = optionsOf(options, "put", type, 3, "PutOptions");
    if (value === undefined) throw new TypeError("put() called with undefined value.");
    write(owner, name, value, Boolean(allowUnconfirmed));
    return undefined;
  }
  if (value !== undefined && value !== null && typeof value !== "object" && typeof value !== "function") {
    throw new TypeError(PUT_SHAPE);
  }
  const { allowUnconfirmed } = optionsOf(value ?? options, "put", type, 3, "PutOptions");
  const pairs = [];
  for (const [name, item] of Object.entries(key)) {
    if (item !== undefined) pairs.push(name, serialize(item));
  }
  store.putMany(owner, pairs, Boolean(allowUnconfirmed));
  wrote(owner);
  return undefined;
};

exports.delete = (owner, type, given, key, options) => {
  requireArguments(1, given, "delete", type, "string or Array");
  const keys = Array.isArray(key) ? Array.from(key, textOf) : textOf(key);
  const isUnconfirmed = Boolean(optionsOf(options, "delete", type, 2, "PutOptions").allowUnconfirmed);
  if (!Array.isArray(keys)) return remove(owner, keys, isUnconfirmed);
  const deleted = store.deleteMany(owner, keys, isUnconfirmed);
  wrote(owner);
  return deleted;
};

exports.list = (owner, type, options) => {
  const range = rangeOf(optionsOf(options, "list", type, 1, "ListOptions"));
  const flat = store.list(owner, ...range);
  listed(owner);
  return entries(flat);
};

exports.failed = failed;
exports.promised = promised;
exports.requireArguments = requireArguments;
exports.optionsOf = optionsOf;
exports.rangeOf = rangeOf;
exports.read = read;
exports.write = write;
exports.remove = remove;
exports.textOf = textOf;
exports.iterating = iterating;
exports.wrote = wrote;
exports.listed = listed;
