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

// How often each object's keys were written, while somebody iterates over them. Set by `kv.js`.
const written = new Map();

function wrote(owner) {
  const count = written.get(owner);
  if (count !== undefined) written.set(owner, count + 1);
}

// Runs `work` now. What it throws becomes a rejection, or is thrown at once with an old compatibility date.
function promised(work) {
  if (!flags.capture_async_api_throws) return Promise.resolve(work());
  try {
    return Promise.resolve(work());
  } catch (error) {
    return Promise.reject(error);
  }
}

function requireArguments(count, given, method, type, kind) {
  if (given < count) throw wrongParameter(method, type, given + 1, kind);
}

// Options are an object, where there are any.
function optionsOf(value, method, type, position, kind) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" && typeof value !== "function") throw wrongParameter(method, type, position, kind);
  return value;
}

function tooMany(count) {
  return new RangeError(`Maximum number of key value pairs is ${KEYS_MAX}. ${count} pairs were provided.`);
}

function keyList(keys) {
  const list = Array.from(keys, String);
  if (list.length > KEYS_MAX) throw tooMany(list.length);
  return list;
}

// A Map from the host's flat list of keys and serialized values.
function entries(flat) {
  const map = new Map();
  for (let at = 0; at < flat.length; at += 2) map.set(flat[at], deserialize(flat[at + 1]));
  return map;
}

function read(owner, key) {
  const bytes = store.get(owner, key);
  return bytes === undefined ? undefined : deserialize(bytes);
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
function rangeOf(options) {
  const { start, startAfter, end, prefix, reverse, limit } = options ?? {};
  const text = (value) => (value === undefined ? undefined : String(value));
  const range = [text(start), text(startAfter), text(end), text(prefix), Boolean(reverse), undefined];
  if (range[0] !== undefined && range[1] !== undefined) {
    throw new TypeError("list() cannot be called with both start and startAfter values.");
  }
  if (limit !== undefined) {
    const most = Math.trunc(Number(limit));
    if (!(most > 0)) throw new TypeError("List limit must be positive.");
    range[5] = most;
  }
  return range;
}

exports.get = (owner, type, given, key, options) => {
  requireArguments(1, given, "get", type, "string or Array");
  optionsOf(options, "get", type, 2, "GetOptions");
  if (Array.isArray(key)) return entries(store.getMany(owner, keyList(key)));
  return read(owner, String(key));
};

exports.put = (owner, type, given, key, value, options) => {
  requireArguments(1, given, "put", type, "string or Object");
  if (typeof key !== "object" || key === null) {
    const chosen = optionsOf(options, "put", type, 3, "PutOptions");
    if (value === undefined) throw new TypeError("put() called with undefined value.");
    write(owner, String(key), value, Boolean(chosen?.allowUnconfirmed));
    return undefined;
  }
  if (value !== undefined && value !== null && typeof value !== "object" && typeof value !== "function") {
    throw new TypeError(PUT_SHAPE);
  }
  const pairs = [];
  for (const [name, item] of Object.entries(key)) {
    if (item !== undefined) pairs.push(name, serialize(item));
  }
  if (pairs.length / 2 > KEYS_MAX) throw tooMany(pairs.length / 2);
  store.putMany(owner, pairs, Boolean((value ?? options)?.allowUnconfirmed));
  wrote(owner);
  return undefined;
};

exports.delete = (owner, type, given, key, options) => {
  requireArguments(1, given, "delete", type, "string or Array");
  const isUnconfirmed = Boolean(optionsOf(options, "delete", type, 2, "PutOptions")?.allowUnconfirmed);
  if (!Array.isArray(key)) return remove(owner, String(key), isUnconfirmed);
  const deleted = store.deleteMany(owner, keyList(key), isUnconfirmed);
  wrote(owner);
  return deleted;
};

exports.list = (owner, type, options) => {
  const range = rangeOf(optionsOf(options, "list", type, 1, "ListOptions"));
  return entries(store.list(owner, ...range));
};

exports.promised = promised;
exports.requireArguments = requireArguments;
exports.optionsOf = optionsOf;
exports.rangeOf = rangeOf;
exports.read = read;
exports.write = write;
exports.remove = remove;
exports.written = written;
exports.wrote = wrote;
