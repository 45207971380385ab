// The table of globals: what a program finds on its global object, and which module makes it.
//
// Each is made when it is first touched, and from then on an ordinary property. An entry is the name of a global, or
// `name=export` where the module exports it under another name. Modules that are not built in are left out, so that a
// part of the runtime can be tested alone.

// Classes and namespaces: not enumerable.
const CLASSES = {
  abort: "AbortController AbortSignal",
  blob: "Blob File",
  crypto: "Crypto",
  "crypto/key": "CryptoKey",
  "crypto/subtle": "SubtleCrypto",
  dom_exception: "DOMException",
  encoding: "TextDecoder TextEncoder",
  events:
    "CloseEvent CustomEvent ErrorEvent Event EventTarget ExtendableEvent MessageEvent PromiseRejectionEvent",
  "fetch/headers": "Headers",
  "fetch/request": "Request",
  "fetch/response": "Response",
  form_data: "FormData",
  global_scope: "ServiceWorkerGlobalScope WorkerGlobalScope",
  navigator: "Navigator",
  performance: "Performance",
  scheduled: "ScheduledEvent",
  service_worker: "FetchEvent",
  "structured_clone/proxy": "Proxy",
  streams:
    "ByteLengthQueuingStrategy CountQueuingStrategy FixedLengthStream " +
    "IdentityTransformStream ReadableByteStreamController ReadableStream ReadableStreamBYOBReader " +
    "ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader TextDecoderStream " +
    "TextEncoderStream TransformStream TransformStreamDefaultController WritableStream " +
    "WritableStreamDefaultController WritableStreamDefaultWriter",
  url: "URL",
  url_search_params: "URLSearchParams",
  web_assembly: "WebAssembly",
  websocket: "WebSocket WebSocketPair WebSocketRequestResponsePair",
};

// Functions and objects: enumerable.
const MEMBERS = {
  base64: "atob btoa",
  "console/console": "console",
  crypto: "crypto",
  events: "addEventListener dispatchEvent removeEventListener",
  "fetch/fetch": "fetch",
  global_scope: "Cloudflare origin self",
  microtasks: "queueMicrotask",
  navigator: "navigator",
  performance: "performance",
  report: "reportError",
  "structured_clone/clone": "structuredClone",
  timers: "clearInterval clearTimeout scheduler setInterval setTimeout",
};

const { defineProperty } = Object;

// The engine's own, before the table's takes its place.
exports.NativeProxy = Proxy;
exports.NativeWebAssembly = WebAssembly;

function define(name, module, member, enumerable) {
  const settle = (value) => {
    defineProperty(globalThis, name, { value, writable: true, enumerable, configurable: true });
    return value;
  };
  defineProperty(globalThis, name, {
    get() {
      const value = require(module)[member];
      if (enumerable && typeof value === "function") require("interface").hideLength(value);
      return settle(value);
    },
    set: settle,
    enumerable,
    configurable: true,
  });
}

// `has(module)` says whether a module is built in.
exports.install = (has) => {
  for (const [table, enumerable] of [[CLASSES, false], [MEMBERS, true]]) {
    for (const module of Object.keys(table)) {
      if (!has(module)) continue;
      for (const entry of table[module].split(" ")) {
        const [name, member = name] = entry.split("=");
        define(name, module, member, enumerable);
      }
    }
  }
  defineProperty(globalThis, Symbol.toStringTag, { value: "ServiceWorkerGlobalScope", configurable: true });
  const capture = Error.captureStackTrace;
  Error.captureStackTrace = function captureStackTrace(target, above = captureStackTrace) {
    require("stack").capture(capture, target, above);
  };
};
