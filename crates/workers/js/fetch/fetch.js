// The global fetch(), and the rules of fetching that stubs and service bindings share with it.
//
// One call sends one request per hop through `host/outgoing`; redirects are followed here. Nothing is cached and no
// cookie is kept.

const { wrongParameter } = require("interface");
const { isObject } = require("streams/checks");
const { isUsed, stateOf } = require("fetch/body");
const { deleteFromList, getFromList } = require("fetch/headers");
const { Request, extractRequest, isRequest } = require("fetch/request");
const { responseFromHost } = require("fetch/response");

const REDIRECTS_MAX = 20;

// `fetch(input, init)`.
exports.fetch = async function fetch(input, init) {
  if (arguments.length < 1) throw wrongParameter("fetch", "ServiceWorkerGlobalScope", 1, "Request or string");
  const request = prepare(input, init, "ServiceWorkerGlobalScope");
  if (request.url.startsWith("data:")) return require("fetch/data_url").respond(request.url);
  checkScheme(request.url);
  return run(request, (hop) => require("host/outgoing").send(hop));
};

// `fetch(input, init)` of a stub or binding: `send(extracted)` takes every request wherever its URL points. `base` is what an
// incomplete one belongs to, where that is allowed.
exports.fetchThrough = async (send, input, init, base = undefined) => {
  const request = prepare(input, init, "Fetcher", base);
  if (require("flags").fetch_refuses_unknown_protocols) checkScheme(request.url);
  return run(request, send);
};

const prepare = (input, init, owner, base) => {
  if (init !== undefined && init !== null && !isObject(init)) {
    throw wrongParameter("fetch", owner, 2, "RequestInitializerDict or Request");
  }
  const untouched = isRequest(input) && (init === undefined || init === null);
  if (untouched && isUsed(stateOf(input))) throw new TypeError("Cannot reconstruct a Request with a used body.");
  const request = extractRequest(untouched ? input : new Request(input, init));
  if (!require("flags").fetch_standard_url) request.url = parsed(request.url, base);
  // The program may go on changing its Headers object.
  request.headers = request.headers.slice();
  require("fetch/extensions").limitOffer(request.headers);
  return request;
};

// A URL as the program wrote it, in the form that is sent: one without a path stays without.
const parsed = (text, base) => {
  const { URL } = require("url");
  let url;
  try {
    url = new URL(text, base);
  } catch {
    throw cannotLoad(text);
  }
  const { href, pathname } = url;
  if (pathname !== "/" || !text.includes("://") || /^[^:]*:\/\/[^?#]*\//.test(text)) return href;
  const place = href.indexOf("/", href.indexOf("://") + 3);
  return href.slice(0, place) + href.slice(place + 1);
};

const cannotLoad = (url) => new TypeError(`Fetch API cannot load: ${url}`);

const checkScheme = (url) => {
  if (!url.startsWith("http:") && !url.startsWith("https:")) throw cannotLoad(url);
};

const run = async (request, send) => {
  const { signal } = request;
  signal?.throwIfAborted();
  for (const urls = []; ; ) {
    const url = bare(request.url);
    urls.push(url);
    const answer = await send({ ...request, url });
    const location = locationOf(request, answer);
    if (location === null) {
      if (signal && answer.webSocket) require("websocket").internals.abortWith(answer.webSocket, signal);
      return respond(request, answer, urls);
    }
    // The list follows without a space, as on the platform.
    if (urls.length > REDIRECTS_MAX) throw new TypeError(`Too many redirects.${urls.join(", ")}`);
    answer.body?.cancel?.(new Error("redirected"));
    follow(request, answer.status, location);
  }
};

// A URL without fragment and credentials.
const bare = (url) => {
  const place = url.indexOf("#");
  const whole = place < 0 ? url : url.slice(0, place);
  return whole.includes("@") ? whole.replace(/^([^:]*:\/\/)[^/?]*@/, "$1") : whole;
};

// Where the answer sends a request that follows, as an absolute URL; null when it is to be returned as it is.
const locationOf = (request, { status, headers }) => {
  if (request.redirect !== "follow") return null;
  if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) return null;
  const location = getFromList(headers, "location");
  if (location === null) return null;
  const { URL } = require("url");
  try {
    return new URL(location, request.url);
  } catch {
    throw new TypeError("Invalid Location header; unable to follow redirect.");
  }
};

// Turns `request` into the next hop.
const follow = (request, status, location) => {
  const { URL } = require("url");
  checkScheme(location.href);
  const changesMethod =
    status === 303
      ? request.method !== "GET" && request.method !== "HEAD"
      : (status === 301 || status === 302) && request.method === "POST";
  if (changesMethod) {
    request.method = "GET";
    request.body = null;
    // The platform keeps the headers that describe the body.
    deleteFromList(request.headers, "content-length");
  } else if (request.body !== null && typeof request.body !== "string" && !(request.body instanceof Uint8Array)) {
    throw new TypeError(
      "A request with a one-time-use body (it was initialized from a stream, not a buffer) encountered a redirect " +
        "requiring the body to be retransmitted. To avoid this error in the future, construct this request from a " +
        "buffer-like body initializer.",
    );
  }
  if (
    require("flags").strip_authorization_on_cross_origin_redirect &&
    new URL(request.url).origin !== location.origin
  ) {
    deleteFromList(request.headers, "authorization");
  }
  request.url = location.href;
};

const respond = ({ method, signal }, answer, urls) => {
  let { body } = answer;
  if (method === "HEAD" || hasNoBody(answer.status)) body = null;
  if (signal !== null && body !== null) body = abortable(body instanceof Uint8Array ? sourceFrom(body) : body, signal);
  return responseFromHost({ ...answer, body, url: urls.at(-1), redirected: urls.length > 1 });
};

const hasNoBody = (status) => status === 101 || status === 204 || status === 205 || status === 304;

// A source, as host bodies are, over bytes that are here already.
const sourceFrom = (bytes) => {
  let rest = bytes;
  return {
    length: bytes.byteLength,
    async pull() {
      const chunk = rest;
      rest = null;
      return chunk;
    },
    cancel() {},
  };
};

// A host body source whose reads fail once `signal` is aborted.
const abortable = (source, signal) => {
  let fail = null;
  const forget = require("abort").addAbortSteps(signal, (reason) => {
    source.cancel(reason);
    fail?.(reason);
  });
  return {
    ...source,
    pull() {
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        fail = reject;
        source.pull().then((chunk) => {
          if (chunk === null) forget();
          resolve(chunk);
        }, reject);
      });
    },
    cancel(reason) {
      forget();
      source.cancel(reason);
    },
  };
};
