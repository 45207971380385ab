// URLSearchParams, by itself or as the live view of a URL's query. Source: WHATWG URL 5 and 6.

const { defineInterface, illegalInvocation, wrongParameter, iteratorClass } = require("interface");

const { decodeComponent } = native.url;

// What application/x-www-form-urlencoded leaves as it is, and a space.
const PLAIN = /^[A-Za-z0-9*\-._ ]*$/;

function decode(text) {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8, or a "%" that encodes nothing.
    return decodeComponent(spaced);
  }
}

function encode(text) {
  const escaped = PLAIN.test(text) ? text : encodeURIComponent(text).replace(/%20|[!'()~]/g, encodeRest);
  return escaped.includes(" ") ? escaped.replaceAll(" ", "+") : escaped;
}

function encodeRest(match) {
  return match === "%20" ? "+" : `%${match.charCodeAt(0).toString(16).toUpperCase()}`;
}

// "a=1&b" -> ["a", "1", "b", ""]
function parse(query) {
  const list = [];
  if (query === "") return list;
  for (const pair of query.toWellFormed().split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    if (equals < 0) list.push(decode(pair), "");
    else list.push(decode(pair.slice(0, equals)), decode(pair.slice(equals + 1)));
  }
  return list;
}

function serialize(list) {
  let text = "";
  for (let index = 0; index < list.length; index += 2) {
    if (index > 0) text += "&";
    text += `${encode(list[index])}=${encode(list[index + 1])}`;
  }
  return text;
}

const scalar = (value) => `${value}`.toWellFormed();

function listFrom(init) {
  if (init === undefined) return [];
  if ((typeof init !== "object" || init === null) && typeof init !== "function") {
    const text = `${init}`;
    return parse(text.startsWith("?") ? text.slice(1) : text);
  }
  const iterate = init[Symbol.iterator];
  const list = [];
  if (iterate !== undefined && iterate !== null) {
    for (const pair of init) {
      if (pair === null || typeof pair !== "object" || typeof pair[Symbol.iterator] !== "function") {
        throw new TypeError("Incorrect type: the provided value is not of type 'Sequence'.");
      }
      const both = [...pair];
      if (both.length !== 2) throw new TypeError("Invalid URL search params sequence.");
      list.push(scalar(both[0]), scalar(both[1]));
    }
    return list;
  }
  for (const key of Reflect.ownKeys(init)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(init, key);
    if (descriptor === undefined || !descriptor.enumerable) continue;
    if (typeof key === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
    const name = key.toWellFormed();
    const value = scalar(init[key]);
    const same = list.findIndex((item, index) => index % 2 === 0 && item === name);
    if (same >= 0) list[same + 1] = value;
    else list.push(name, value);
  }
  return list;
}

const FROM_URL = Symbol("from url");
let ofUrl;
let refresh;
let listOf;

class URLSearchParams {
  // Names and values in turn.
  #list;
  #url = null;

  constructor(init = undefined) {
    if (init === FROM_URL) return;
    this.#list = listFrom(init);
  }

  static {
    ofUrl = (url) => {
      const params = new URLSearchParams(FROM_URL);
      params.#url = url;
      refresh(params);
      return params;
    };
    refresh = (params) => {
      params.#list = parse(require("url").queryOf(params.#url));
    };
    listOf = (params) => params.#list;
  }

  get size() {
    if (!this || !(#list in this)) throw illegalInvocation();
    return this.#list.length / 2;
  }

  append(name, value) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("append", arguments.length, 2);
    this.#list.push(scalar(name), scalar(value));
    this.#changed();
  }

  delete(name, value = undefined) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("delete", arguments.length, 1);
    const wanted = scalar(name);
    const only = value === undefined ? undefined : scalar(value);
    const rest = [];
    for (let index = 0; index < this.#list.length; index += 2) {
      const matches = this.#list[index] === wanted && (only === undefined || this.#list[index + 1] === only);
      if (!matches) rest.push(this.#list[index], this.#list[index + 1]);
    }
    this.#list = rest;
    this.#changed();
  }

  get(name) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("get", arguments.length, 1);
    const position = this.#find(scalar(name), 0);
    return position < 0 ? null : this.#list[position + 1];
  }

  getAll(name) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("getAll", arguments.length, 1);
    const wanted = scalar(name);
    const found = [];
    let position = this.#find(wanted, 0);
    while (position >= 0) {
      found.push(this.#list[position + 1]);
      position = this.#find(wanted, position + 2);
    }
    return found;
  }

  has(name, value = undefined) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("has", arguments.length, 1);
    const wanted = scalar(name);
    let position = this.#find(wanted, 0);
    if (value === undefined) return position >= 0;
    const only = scalar(value);
    while (position >= 0) {
      if (this.#list[position + 1] === only) return true;
      position = this.#find(wanted, position + 2);
    }
    return false;
  }

  set(name, value) {
    if (!this || !(#list in this)) throw illegalInvocation();
    check("set", arguments.length, 2);
    const wanted = scalar(name);
    const text = scalar(value);
    const rest = [];
    let placed = false;
    for (let index = 0; index < this.#list.length; index += 2) {
      if (this.#list[index] !== wanted) {
        rest.push(this.#list[index], this.#list[index + 1]);
      } else if (!placed) {
        rest.push(wanted, text);
        placed = true;
      }
    }
    if (!placed) rest.push(wanted, text);
    this.#list = rest;
    this.#changed();
  }

  sort() {
    if (!this || !(#list in this)) throw illegalInvocation();
    const pairs = [];
    for (let index = 0; index < this.#list.length; index += 2) {
      pairs.push([this.#list[index], this.#list[index + 1]]);
    }
    pairs.sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
    this.#list = pairs.flat();
    this.#changed();
  }

  entries() {
    if (!this || !(#list in this)) throw illegalInvocation();
    return iterator({ params: this, index: 0, pick: (name, value) => [name, value] });
  }

  keys() {
    if (!this || !(#list in this)) throw illegalInvocation();
    return iterator({ params: this, index: 0, pick: (name) => name });
  }

  values() {
    if (!this || !(#list in this)) throw illegalInvocation();
    return iterator({ params: this, index: 0, pick: (name, value) => value });
  }

  forEach(callback, thisArgument = undefined) {
    if (!this || !(#list in this)) throw illegalInvocation();
    if (typeof callback !== "function") throw wrongParameter("forEach", "URLSearchParams", 1, "function");
    for (let index = 0; index < this.#list.length; index += 2) {
      Reflect.apply(callback, thisArgument, [this.#list[index + 1], this.#list[index], this]);
    }
  }

  toString() {
    if (!this || !(#list in this)) throw illegalInvocation();
    return serialize(this.#list);
  }

  // The place of a name at or after `from`, or -1.
  #find(name, from) {
    const list = this.#list;
    for (let index = from; index < list.length; index += 2) if (list[index] === name) return index;
    return -1;
  }

  #changed() {
    if (this.#url !== null) require("url").setQuery(this.#url, serialize(this.#list));
  }
}

const iterator = iteratorClass("URLSearchParams Iterator", (state) => {
  const list = listOf(state.params);
  if (state.index >= list.length) return undefined;
  const { index } = state;
  state.index += 2;
  return [state.pick(list[index], list[index + 1])];
});

function check(method, given, needed) {
  if (given < needed) throw wrongParameter(method, "URLSearchParams", given + 1, "USVString");
}

defineInterface(URLSearchParams);
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, {
  value: URLSearchParams.prototype.entries,
  writable: true,
  configurable: true,
});

exports.URLSearchParams = URLSearchParams;
exports.ofUrl = ofUrl;
exports.refresh = refresh;

// For form bodies: [name, value, name, value, ...] from the text of one, and back.
exports.parseForm = parse;
exports.serializeForm = serialize;
