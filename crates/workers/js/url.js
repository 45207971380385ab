// URL. Source: WHATWG URL.
//
// Parsing and setting are native. Both leave the places of the components in a few shared words, so that a URL that is
// made and asked for one component costs one call and one substring. A serialised URL is ASCII, so places count
// characters.

const { defineInterface, illegalInvocation, wrongParameter, wrongConstructorParameter } = require("interface");

// `words` has what a URL below keeps as #schemeEnd and so on, in that order.
const { parse, set, words } = native.url;

const SAME = true;

let makeParsed;
let hrefOf;
let queryOf;
let setQuery;

class URL {
  #href;
  // Places in #href. "https://user:pass@host:80/path?query#hash": the scheme without ":", the host, its port, the path,
  // the query; a place that follows a component that is not there equals the place before it.
  #schemeEnd;
  #hostStart;
  #hostEnd;
  #portEnd;
  #pathStart;
  #pathEnd;
  #queryEnd;
  #searchParams = null;

  constructor(url, base = undefined) {
    if (url === makeParsed) return;
    if (arguments.length === 0) throw wrongConstructorParameter("URL", 1, "USVString");
    const input = typeof url === "string" ? url : `${url}`;
    const parsed = base === undefined ? parse(input) : parse(input, typeof base === "string" ? base : `${base}`);
    if (parsed === null) throw new TypeError("Invalid URL string.");
    this.#take(parsed === SAME ? input : parsed);
  }

  static {
    makeParsed = (href) => {
      const url = new URL(makeParsed);
      url.#take(href);
      return url;
    };
    hrefOf = (value) =>
      value !== null && typeof value === "object" && #href in value ? value.#href : undefined;
    queryOf = (url) => url.#href.slice(url.#pathEnd + 1, url.#queryEnd);
    setQuery = (url, query) => {
      const { length } = url.#href;
      const search = query === "" ? "" : `?${query}`;
      url.#href = url.#href.slice(0, url.#pathEnd) + search + url.#href.slice(url.#queryEnd, length);
      url.#queryEnd = url.#pathEnd + search.length;
    };
  }

  static canParse(url, base = undefined) {
    if (arguments.length === 0) throw wrongParameter("canParse", "URL", 1, "USVString");
    return (base === undefined ? parse(`${url}`) : parse(`${url}`, `${base}`)) !== null;
  }

  static parse(url, base = undefined) {
    if (arguments.length === 0) throw wrongParameter("parse", "URL", 1, "USVString");
    const input = `${url}`;
    const parsed = base === undefined ? parse(input) : parse(input, `${base}`);
    return parsed === null ? null : makeParsed(parsed === SAME ? input : parsed);
  }

  static createObjectURL() {
    throw new Error("URL.createObjectURL() is not implemented");
  }

  static revokeObjectURL() {
    throw new Error("URL.revokeObjectURL() is not implemented");
  }

  get href() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href;
  }

  set href(value) {
    if (!this || !(#href in this)) throw illegalInvocation();
    const input = `${value}`;
    const parsed = parse(input);
    if (parsed === null) {
      throw new TypeError(
        "Failed to set the 'href' property on 'URL': the provided value is not of type 'valid URL string'.",
      );
    }
    this.#take(parsed === SAME ? input : parsed);
  }

  get origin() {
    if (!this || !(#href in this)) throw illegalInvocation();
    const scheme = this.#href.slice(0, this.#schemeEnd);
    switch (scheme) {
      case "http":
      case "https":
      case "ws":
      case "wss":
      case "ftp":
        return `${scheme}://${this.#href.slice(this.#hostStart, this.#portEnd)}`;
      case "blob": {
        const inner = URL.parse(this.#href.slice(this.#pathStart, this.#pathEnd));
        return inner !== null && inner.protocol.startsWith("http") ? inner.origin : "null";
      }
      default:
        return "null";
    }
  }

  get protocol() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href.slice(0, this.#schemeEnd + 1);
  }

  set protocol(value) {
    this.#set("protocol", value);
  }

  get username() {
    const credentials = this.#credentials();
    const colon = credentials.indexOf(":");
    return colon < 0 ? credentials : credentials.slice(0, colon);
  }

  set username(value) {
    this.#set("username", value);
  }

  get password() {
    const credentials = this.#credentials();
    const colon = credentials.indexOf(":");
    return colon < 0 ? "" : credentials.slice(colon + 1);
  }

  set password(value) {
    this.#set("password", value);
  }

  get host() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href.slice(this.#hostStart, this.#portEnd);
  }

  set host(value) {
    this.#set("host", value);
  }

  get hostname() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href.slice(this.#hostStart, this.#hostEnd);
  }

  set hostname(value) {
    this.#set("hostname", value);
  }

  get port() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href.slice(this.#hostEnd + 1, this.#portEnd);
  }

  set port(value) {
    this.#set("port", value);
  }

  get pathname() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href.slice(this.#pathStart, this.#pathEnd);
  }

  set pathname(value) {
    this.#set("pathname", value);
  }

  get search() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#queryEnd - this.#pathEnd > 1 ? this.#href.slice(this.#pathEnd, this.#queryEnd) : "";
  }

  set search(value) {
    this.#set("search", value);
  }

  get hash() {
    if (!this || !(#href in this)) throw illegalInvocation();
    const hash = this.#href.slice(this.#queryEnd);
    return hash.length > 1 ? hash : "";
  }

  set hash(value) {
    this.#set("hash", value);
  }

  get searchParams() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return (this.#searchParams ??= require("url_search_params").ofUrl(this));
  }

  toString() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href;
  }

  toJSON() {
    if (!this || !(#href in this)) throw illegalInvocation();
    return this.#href;
  }

  // Takes a serialised URL whose places stand in `words`.
  #take(href) {
    this.#href = href;
    this.#schemeEnd = words[0];
    this.#hostStart = words[1];
    this.#hostEnd = words[2];
    this.#portEnd = words[3];
    this.#pathStart = words[4];
    this.#pathEnd = words[5];
    this.#queryEnd = words[6];
    if (this.#searchParams !== null) require("url_search_params").refresh(this.#searchParams);
  }

  #set(component, value) {
    if (!this || !(#href in this)) throw illegalInvocation();
    const changed = set(this.#href, component, `${value}`);
    if (changed !== null) this.#take(changed);
  }

  // "user:password", or less.
  #credentials() {
    if (!this || !(#href in this)) throw illegalInvocation();
    const start = this.#schemeEnd + 3;
    return this.#hostStart > start ? this.#href.slice(start, this.#hostStart - 1) : "";
  }
}
defineInterface(URL);

exports.URL = URL;

// The serialised form of a URL object, whatever the program did to its class; undefined for anything else.
exports.hrefOf = hrefOf;
exports.queryOf = queryOf;
exports.setQuery = setQuery;
