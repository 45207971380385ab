// Headers, and the flat list [name, value, name, value, ...] underneath.
//
// Names in a list are in lower case and valid, values are trimmed and valid. The host hands over and takes lists; a
// Headers object is made only for a program that looks, and reads and writes the same list.

const {
  defineInterface, illegalInvocation, iteratorClass, wrongConstructorParameter, wrongParameter,
} = require("interface");
const { isObject } = require("streams/checks");

const RUNTIME = Symbol();
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// Valid names as programs write them, and their lower-case form. Bounded, since programs choose the names.
const knownNames = new Map();
const KNOWN_NAMES_MAX = 512;

// The lower-case form of a header name; the platform's TypeError when it is none.
const nameFrom = (value) => {
  const name = `${value}`;
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  if (!TOKEN.test(name)) throw new TypeError("Invalid header name.");
  const lower = name.toLowerCase();
  if (knownNames.size < KNOWN_NAMES_MAX) knownNames.set(name, lower);
  return lower;
};

const isBlank = (unit) => unit === 32 || unit === 9 || unit === 10 || unit === 13;

// A header value without surrounding white space; the platform's TypeError when it cannot be sent.
const valueFrom = (value) => {
  const text = `${value}`;
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0 || unit === 10 || unit === 13) throw new TypeError("Invalid header value.");
  }
  return end - start === text.length ? text : text.slice(start, end);
};

// The values of a lower-case name joined by ", ", or null.
const getFromList = (list, name) => {
  let value = null;
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] === name) value = value === null ? list[index + 1] : `${value}, ${list[index + 1]}`;
  }
  return value;
};

const allFromList = (list, name) => {
  const values = [];
  for (let index = 0; index < list.length; index += 2) if (list[index] === name) values.push(list[index + 1]);
  return values;
};

const listHas = (list, name) => {
  for (let index = 0; index < list.length; index += 2) if (list[index] === name) return true;
  return false;
};

// Removes every value of a lower-case name.
const deleteFromList = (list, name) => {
  let kept = 0;
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] === name) continue;
    list[kept] = list[index];
    list[kept + 1] = list[index + 1];
    kept += 2;
  }
  list.length = kept;
};

// Replaces the first value of a lower-case name and removes the others; appends when there is none.
const setInList = (list, name, value) => {
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] !== name) continue;
    const rest = list.splice(index + 2);
    list[index + 1] = value;
    deleteFromList(rest, name);
    for (const item of rest) list.push(item);
    return;
  }
  list.push(name, value);
};

// A new list from what programs give as headers, or null when it is not of a kind that can be headers.
const listFrom = (init) => {
  if (!isObject(init)) return null;
  const list = listOf(init);
  if (list !== null) return list.slice();
  const iterate = init[Symbol.iterator];
  return iterate === undefined || iterate === null ? listFromRecord(init) : listFromPairs(init);
};

const listFromRecord = (record) => {
  const list = [];
  for (const key of Object.keys(record)) list.push(nameFrom(key), valueFrom(record[key]));
  return list;
};

const listFromPairs = (pairs) => {
  const list = [];
  for (const pair of pairs) {
    if (!isObject(pair) || typeof pair[Symbol.iterator] !== "function") {
      throw new TypeError("Incorrect type: the provided value is not of type 'Sequence'.");
    }
    const items = [...pair];
    if (items.length !== 2) {
      throw new TypeError(
        "To initialize a Headers object from a sequence, each inner sequence must have exactly two elements.",
      );
    }
    list.push(nameFrom(items[0]), valueFrom(items[1]));
  }
  return list;
};

// [[name, value], ...] by name, values joined, but each Set-Cookie by itself.
const sortedEntries = (list) => {
  const entries = new Map();
  const cookies = [];
  for (let index = 0; index < list.length; index += 2) {
    const [name, value] = [list[index], list[index + 1]];
    if (name === "set-cookie") cookies.push([name, value]);
    else if (entries.has(name)) entries.get(name)[1] += `, ${value}`;
    else entries.set(name, [name, value]);
  }
  return [...entries.values(), ...cookies].sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
};

const iterators = [(entry) => [entry], ([name]) => [name], ([, value]) => [value]].map((pick) =>
  iteratorClass("Headers Iterator", (state) => {
    return state.index < state.entries.length ? pick(state.entries[state.index++]) : undefined;
  }),
);

// The list of a Headers object, or null when `value` is none.
let listOf;

class Headers {
  #list;
  #immutable;

  static {
    listOf = (value) => (#list in value ? value.#list : null);
  }

  constructor(init, list, immutable) {
    if (init === RUNTIME) {
      this.#list = list;
      this.#immutable = immutable;
      return;
    }
    this.#immutable = false;
    this.#list = init === undefined ? [] : listFrom(init);
    if (this.#list === null) throw wrongConstructorParameter("Headers", 1, "Headers or Sequence or object");
  }

  get(name) {
    if (!(#list in this)) throw illegalInvocation();
    if (arguments.length < 1) throw wrongParameter("get", "Headers", 1, "string");
    return getFromList(this.#list, nameOrNone(name));
  }

  getAll(name) {
    if (!(#list in this)) throw illegalInvocation();
    if (arguments.length < 1) throw wrongParameter("getAll", "Headers", 1, "string");
    if (`${name}`.toLowerCase() !== "set-cookie") {
      throw new TypeError('getAll() can only be used with the header name "Set-Cookie".');
    }
    return allFromList(this.#list, "set-cookie");
  }

  getSetCookie() {
    if (!(#list in this)) throw illegalInvocation();
    return allFromList(this.#list, "set-cookie");
  }

  has(name) {
    if (!(#list in this)) throw illegalInvocation();
    if (arguments.length < 1) throw wrongParameter("has", "Headers", 1, "string");
    return listHas(this.#list, nameOrNone(name));
  }

  set(name, value) {
    this.#check("set", arguments.length);
    setInList(this.#list, nameFrom(name), valueFrom(value));
  }

  append(name, value) {
    this.#check("append", arguments.length);
    this.#list.push(nameFrom(name), valueFrom(value));
  }

  delete(name) {
    if (!(#list in this)) throw illegalInvocation();
    if (arguments.length < 1) throw wrongParameter("delete", "Headers", 1, "string");
    if (this.#immutable) throw immutableError();
    deleteFromList(this.#list, nameOrNone(name));
  }

  forEach(callback, thisArg) {
    if (!(#list in this)) throw illegalInvocation();
    if (typeof callback !== "function") throw wrongParameter("forEach", "Headers", 1, "function");
    for (const [name, value] of sortedEntries(this.#list)) callback.call(thisArg, value, name, this);
  }

  entries() {
    if (!(#list in this)) throw illegalInvocation();
    return iterators[0]({ entries: sortedEntries(this.#list), index: 0 });
  }

  keys() {
    if (!(#list in this)) throw illegalInvocation();
    return iterators[1]({ entries: sortedEntries(this.#list), index: 0 });
  }

  values() {
    if (!(#list in this)) throw illegalInvocation();
    return iterators[2]({ entries: sortedEntries(this.#list), index: 0 });
  }

  #check(method, count) {
    if (!(#list in this)) throw illegalInvocation();
    if (count < 2) throw wrongParameter(method, "Headers", count + 1, "string");
    if (this.#immutable) throw immutableError();
  }
}

const immutableError = () => new TypeError("Can't modify immutable headers.");

// The platform lets programs ask for the empty name.
const nameOrNone = (name) => (name === "" ? "" : nameFrom(name));

defineInterface(Headers);
Object.defineProperty(Headers.prototype, Symbol.iterator, {
  value: Headers.prototype.entries,
  writable: true,
  configurable: true,
});

exports.Headers = Headers;
// A Headers object over `list` itself.
exports.wrapList = (list, immutable) => new Headers(RUNTIME, list, immutable);
exports.listFrom = listFrom;
exports.getFromList = getFromList;
exports.listHas = listHas;
exports.setInList = setInList;
exports.deleteFromList = deleteFromList;
