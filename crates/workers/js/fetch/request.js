// Request, and the seams through which requests come from the host and go to it.

const { defineInterface, ownAccessors, illegalInvocation, wrongConstructorParameter, wrongField } = require("interface");
const { isObject } = require("streams/checks");
const {
  Body, RUNTIME, cloneBody, extractBody, headersOf, isUsed, moveBody, setBody, stateOf,
} = require("fetch/body");
const { listFrom } = require("fetch/headers");

const OWN_ACCESSORS = !require("flags").workers_api_getters_setters_on_prototype;

const newState = () => ({
  kind: "request",
  content: null,
  stream: null,
  used: false,
  list: [],
  headers: null,
  immutable: false,
  method: "GET",
  url: "",
  redirect: "follow",
  fetcher: null,
  signal: null,
  // Of a request that a client made: whether it left, and what aborts the signal.
  isFromClient: false,
  hasLeft: false,
  abort: null,
  // An object, undefined, or a function that makes it when a program first looks.
  cf: undefined,
  cache: undefined,
});

const requestOf = (value) => {
  const state = stateOf(value);
  if (state === null || state.kind !== "request") throw illegalInvocation();
  return state;
};

// Methods that can be sent, besides the most common ones that are looked at first.
const METHODS = new Set(
  (
    "GET HEAD POST PUT DELETE PATCH PURGE OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK ACL " +
    "REPORT MKACTIVITY CHECKOUT MERGE MSEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE QUERY BAN"
  ).split(" "),
);

class Request extends Body {
  constructor(input, init) {
    if (input === RUNTIME) {
      super(RUNTIME, init);
    } else {
      if (arguments.length < 1) throw wrongConstructorParameter("Request", 1, "Request or string");
      super(RUNTIME, construct(input, init));
    }
    if (OWN_ACCESSORS) ownAccessors(this, Request.prototype);
  }

  clone() {
    const state = requestOf(this);
    const copy = copyState(state);
    cloneBody(state, copy);
    return new Request(RUNTIME, copy);
  }

  get method() {
    return requestOf(this).method;
  }

  get url() {
    return requestOf(this).url;
  }

  get headers() {
    return headersOf(requestOf(this));
  }

  get redirect() {
    return requestOf(this).redirect;
  }

  get fetcher() {
    return requestOf(this).fetcher;
  }

  get signal() {
    const state = requestOf(this);
    if (state.signal === null) {
      const { signal, abort } = require("abort").makeSignal();
      state.signal = signal;
      state.abort = abort;
      if (state.hasLeft) abort(leftError());
    }
    return state.signal;
  }

  get cf() {
    return cfOf(requestOf(this));
  }

  get integrity() {
    requestOf(this);
    return "";
  }

  get keepalive() {
    requestOf(this);
    return false;
  }

  get cache() {
    return requestOf(this).cache;
  }
}

const cfOf = (state) => {
  if (typeof state.cf === "function") state.cf = state.cf();
  return state.cf;
};

const leftError = () => {
  const { DOMException } = require("dom_exception");
  return new DOMException("The client has disconnected", "AbortError");
};

// The client of a request that came from the host left.
exports.clientLeft = (request) => {
  const state = stateOf(request);
  state.hasLeft = true;
  state.abort?.(leftError());
};

// The signal that goes with a request: that of an incoming one stays behind, unless the program wants it to.
const signalOf = ({ signal, isFromClient }) =>
  isFromClient && !require("flags").request_signal_passthrough ? null : signal;

// The state of a request like `state`, but without its body and with headers of its own.
const copyState = (state) => {
  const cf = cfOf(state);
  return {
    ...state,
    signal: signalOf(state),
    isFromClient: false,
    hasLeft: false,
    abort: null,
    list: state.list.slice(),
    headers: null,
    immutable: false,
    content: null,
    stream: null,
    used: false,
    cf: isObject(cf) ? { ...cf } : cf,
  };
};

const construct = (input, init) => {
  if (init !== undefined && init !== null && !isObject(init)) {
    throw wrongConstructorParameter("Request", 2, "RequestInitializerDict or Request");
  }
  const other = stateOf(input);
  const state = other === null || other.kind !== "request" ? fromUrl(input) : fromRequest(other, init);
  if (init === undefined || init === null) return state;
  readInit(state, init);
  return state;
};

const fromUrl = (input) => {
  const state = newState();
  state.url = parseUrl(input);
  return state;
};

const fromRequest = (other, init) => {
  const state = copyState(other);
  if (init?.body === undefined) {
    if (isUsed(other)) throw new TypeError("Cannot reconstruct a Request with a used body.");
    moveBody(other, state);
  }
  return state;
};

const parseUrl = (input) => {
  const { URL, hrefOf } = require("url");
  const href = isObject(input) ? hrefOf(input) : undefined;
  if (href !== undefined) return href;
  const text = `${input}`;
  // Before 2024-06-03 a URL is looked at when the request is sent.
  if (!require("flags").fetch_standard_url) return text;
  try {
    return new URL(text).href;
  } catch {
    throw new TypeError(`Invalid URL: ${text}`);
  }
};

const field = (name, type) => wrongField(name, "RequestInitializerDict", type);

const readInit = (state, init) => {
  const { method, headers, body, redirect, fetcher, cf, cache, integrity } = init;
  // Another request's signal is not made only to be copied: without one nothing can abort the request.
  const signal = exports.isRequest(init) ? (signalOf(stateOf(init)) ?? undefined) : init.signal;
  if (method !== undefined) state.method = methodFrom(method);
  if (headers !== undefined) {
    const list = listFrom(headers);
    if (list === null) throw field("headers", "Headers or Sequence or object");
    state.list = list;
  }
  if (redirect !== undefined) state.redirect = redirectFrom(redirect);
  if (fetcher !== undefined && fetcher !== null) {
    if (typeof fetcher?.fetch !== "function") throw field("fetcher", "Fetcher");
    state.fetcher = fetcher;
  }
  if (cf !== undefined && cf !== null) {
    if (!isObject(cf)) throw field("cf", "Object");
    state.cf = { ...cf };
  }
  if (cache !== undefined) state.cache = cacheFrom(cache);
  if (integrity !== undefined && `${integrity}` !== "") {
    throw new TypeError(
      "Subrequest integrity checking is not implemented. " +
        "The integrity option must be either undefined or an empty string.",
    );
  }
  if (signal === null) state.signal = null;
  else if (signal !== undefined) state.signal = signalFrom(signal);
  readBody(state, body);
};

const readBody = (state, body) => {
  const bodiless = state.method === "GET" || state.method === "HEAD";
  if (body !== undefined && body !== null) {
    if (bodiless) throw bodyError();
    state.content = null;
    state.stream = null;
    setBody(state, body);
  } else if (bodiless && (state.content !== null || state.stream !== null)) {
    throw bodyError();
  }
};

const bodyError = () => new TypeError("Request with a GET or HEAD method cannot have a body.");

const methodFrom = (value) => {
  const text = `${value}`;
  if (METHODS.has(text)) return text;
  const upper = text.toUpperCase();
  if (!METHODS.has(upper)) throw new TypeError(`Invalid HTTP method string: ${text}`);
  return upper;
};

const redirectFrom = (value) => {
  const text = `${value}`;
  if (text === "follow" || text === "manual") return text;
  throw new TypeError(
    'Invalid redirect value, must be one of "follow" or "manual" ("error" won\'t be implemented since it does not ' +
      "make sense at the edge; use \"manual\" and check the response status code).",
  );
};

const cacheFrom = (value) => {
  const text = `${value}`;
  if (text === "no-store" || text === "no-cache") return text;
  throw new TypeError(`Unsupported cache mode: ${text}`);
};

const signalFrom = (value) => {
  if (!require("abort").isSignal(value)) throw field("signal", "AbortSignal");
  return value;
};

// A Request as a handler gets it, from `{ method, url, headers, body, cf }`: immutable headers, redirects are
// the program's business. `headers` is a flat list with names in lower case; `body` is null, a string, bytes or a host
// body source; `cf` an object, undefined, or a function that makes it when it is first looked at.
exports.requestFromHost = ({ method, url, headers, body, cf }) => {
  const state = newState();
  state.method = method;
  state.url = url;
  state.list = headers;
  state.immutable = true;
  state.content = body;
  state.redirect = "manual";
  state.cf = cf;
  state.isFromClient = true;
  return new Request(RUNTIME, state);
};

// Takes a request apart for the host; its body is used from now on. `headers` is a flat list; `body` null, a string,
// bytes, an untouched host body source or a ReadableStream; `signal` null when no program can abort it.
exports.extractRequest = (request) => {
  const state = requestOf(request);
  return {
    method: state.method,
    url: state.url,
    headers: state.list,
    body: extractBody(state),
    cf: cfOf(state),
    redirect: state.redirect,
    signal: signalOf(state),
  };
};

exports.isRequest = (value) => stateOf(value)?.kind === "request";
exports.Request = defineInterface(Request);
