// DurableObjectState: the first argument of an object's constructor, `this.ctx` of one that extends DurableObject.
// Source: workers-api.md 3 and 5.

const { defineInterface, illegalConstructor, illegalInvocation, toUint32, wrongParameter } = require("interface");
const budgets = require("budget");
const websocket = require("websocket");

const { held, heldList, WebSocketRequestResponsePair } = websocket;
const { isWebSocket } = websocket.internals;
const { utf8Encode } = require("encoding");

const { sockets, objects } = native;

const HELD_MAX = 32_768;
const TAGS_MAX = 10;
const TAG_BYTES_MAX = 256;
const AUTO_RESPONSE_BYTES_MAX = 2048;
const EVENT_TIMEOUT_MS_MAX = 604_800_000;

const { defineProperties, defineProperty, getOwnPropertyDescriptor } = Object;

const make = Symbol("make");

// Number of promises a state was asked to wait for; set by the class.
let pendingOf;
let pendingSince;
let isTimed;
let isState;

class DurableObjectState {
  #owner;
  #id;
  #storage = null;
  #props = null;
  #pending = 0;
  // When it was last asked to wait for something.
  #pendingSince = 0;
  // Whether handlers of its sockets have a limit.
  #isTimed;

  constructor(key, owner, id) {
    if (key !== make) throw illegalConstructor();
    this.#owner = owner;
    this.#id = id;
    this.#isTimed = objects.eventTimeout(owner) !== null;
    defineProperties(this, ownAttributes);
  }

  get id() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    return this.#id;
  }

  get storage() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    this.#storage ??= require("durable/storage").storageOf(this.#owner);
    return this.#storage;
  }

  get props() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    return (this.#props ??= {});
  }

  get exports() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    return require("rpc/loopback").exportsOfProgram();
  }

  waitUntil(promise) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("waitUntil", "DurableObjectState", 1, "Promise");
    this.#pending++;
    this.#pendingSince = Date.now();
    const budget = budgets.open();
    const done = () => {
      this.#pending--;
      budgets.close(budget);
    };
    Promise.resolve(promise).then(done, (error) => {
      done();
      native.host.logUncaught(error);
    });
  }

  blockConcurrencyWhile(callback) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (typeof callback !== "function") {
      throw wrongParameter("blockConcurrencyWhile", "DurableObjectState", 1, "function");
    }
    return require("durable/sections").openSection(this.#owner, callback);
  }

  abort(reason = undefined, options = undefined) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    const { optionsOf } = require("durable/operations");
    const { retryAlarm } = optionsOf(options, "abort", "DurableObjectState", 2, "AbortOptions");
    const text = reason === undefined ? "Application called abort() to reset Durable Object." : `${reason}`;
    if (retryAlarm !== undefined && !retryAlarm) native.alarms.spare(this.#owner);
    // The reset takes place when the turn is over. A program that catches the exception runs on, without effect.
    objects.abort(this.#owner, text);
    throw new Error(text);
  }

  acceptWebSocket(ws, tags = undefined) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (!isWebSocket(ws)) throw wrongParameter("acceptWebSocket", "DurableObjectState", 1, "WebSocket");
    if (tags !== undefined && !Array.isArray(tags)) {
      throw wrongParameter("acceptWebSocket", "DurableObjectState", 2, "Array");
    }
    const given = (tags ?? []).map((tag) => `${tag}`);
    if (given.length > TAGS_MAX) {
      throw new Error(`a Hibernatable WebSocket cannot have more than ${TAGS_MAX} tags`);
    }
    const distinct = [...new Set(given)];
    for (const tag of distinct) {
      if (utf8Encode(tag).length > TAG_BYTES_MAX) {
        throw new Error(`"${tag}" is longer than the max tag length (${TAG_BYTES_MAX} characters).`);
      }
    }
    if (sockets.heldCount(this.#owner) >= HELD_MAX) {
      throw new Error(`only ${HELD_MAX} websockets can be accepted on a single Durable Object instance`);
    }
    websocket.internals.hold(ws, distinct, this.#owner);
  }

  getWebSockets(tag = undefined) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (tag === undefined) return heldList(this.#owner).toReversed();
    return held(this.#owner, `${tag}`);
  }

  getTags(ws) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (!isWebSocket(ws)) throw wrongParameter("getTags", "DurableObjectState", 1, "WebSocket");
    const mode = websocket.internals.modeOf(ws);
    if (mode === 0 || websocket.internals.isClient(ws)) {
      throw new Error(
        "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.",
      );
    }
    if (mode !== 2) throw new Error("only hibernatable websockets can have tags.");
    return sockets.tags(websocket.internals.indexOf(ws));
  }

  setWebSocketAutoResponse(pair = undefined) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (pair === undefined) {
      sockets.setAutoResponse(this.#owner, undefined, undefined);
      return;
    }
    if (!(pair instanceof WebSocketRequestResponsePair)) {
      throw wrongParameter("setWebSocketAutoResponse", "DurableObjectState", 1, "WebSocketRequestResponsePair");
    }
    const { request, response } = pair;
    checkAutoResponse("Request", request);
    checkAutoResponse("Response", response);
    sockets.setAutoResponse(this.#owner, request, response);
  }

  getWebSocketAutoResponse() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    const pair = sockets.autoResponse(this.#owner);
    return pair ? new WebSocketRequestResponsePair(pair[0], pair[1]) : null;
  }

  getWebSocketAutoResponseTimestamp(ws) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    if (!isWebSocket(ws)) {
      throw wrongParameter("getWebSocketAutoResponseTimestamp", "DurableObjectState", 1, "WebSocket");
    }
    const at = websocket.internals.indexOf(ws) < 0 ? null : sockets.autoResponseAt(websocket.internals.indexOf(ws));
    return at ? new Date(at) : null;
  }

  setHibernatableWebSocketEventTimeout(ms = undefined) {
    if (!this || !(#owner in this)) throw illegalInvocation();
    const limit = ms === undefined ? 0 : toUint32(ms);
    if (limit > EVENT_TIMEOUT_MS_MAX) {
      throw new Error(`Event timeout should not exceed ${EVENT_TIMEOUT_MS_MAX} ms.`);
    }
    this.#isTimed = limit > 0;
    objects.setEventTimeout(this.#owner, this.#isTimed ? limit : undefined);
  }

  getHibernatableWebSocketEventTimeout() {
    if (!this || !(#owner in this)) throw illegalInvocation();
    return objects.eventTimeout(this.#owner);
  }

  static {
    pendingOf = (state) => state.#pending;
    pendingSince = (state) => (state.#pending > 0 ? state.#pendingSince : -Infinity);
    isTimed = (state) => state.#isTimed;
    isState = (value) => typeof value === "object" && value !== null && #owner in value;
  }
}
defineInterface(DurableObjectState);

// The attributes stand on each state itself, as on the platform: programs spread and list it, and put others in their place.
const ownAttributes = {};
for (const name of ["storage", "id", "props", "exports"]) {
  const descriptor = getOwnPropertyDescriptor(DurableObjectState.prototype, name);
  delete DurableObjectState.prototype[name];
  if (name === "exports" && !require("flags").enable_ctx_exports) continue;
  descriptor.set = function (value) {
    defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
  };
  ownAttributes[name] = descriptor;
}

function checkAutoResponse(what, text) {
  const size = utf8Encode(text).length;
  if (size > AUTO_RESPONSE_BYTES_MAX) {
    throw new RangeError(
      `${what} cannot be larger than ${AUTO_RESPONSE_BYTES_MAX} bytes. A ${what.toLowerCase()} of size ${size} was provided.`,
    );
  }
}

exports.DurableObjectState = DurableObjectState;
exports.stateFor = (owner, id) => new DurableObjectState(make, owner, id);
exports.internals = { isState: (value) => isState(value) };
exports.pendingOf = (state) => pendingOf(state);
exports.pendingSince = (state) => pendingSince(state);
exports.isTimed = (state) => isTimed(state);
