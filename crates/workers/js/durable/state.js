// DurableObjectState: the first argument of an object's constructor, `this.ctx` of one that extends DurableObject.
// Source: workers-api.md 3 and 5.

const { defineInterface } = require("interface");
const budgets = require("budget");
const websocket = require("websocket");

const { held, heldList, WebSocketRequestResponsePair } = websocket;
const { utf8Encode } = require("encoding");

const { sockets, objects } = native;

const HELD_MAX = 32_768;
const TAGS_MAX = 10;
const TAG_BYTES_MAX = 256;
const EVENT_TIMEOUT_MS_MAX = 604_800_000;

const make = Symbol("make");

// Number of promises a state was asked to wait for; set by the class.
let pendingOf;
let isState;

class DurableObjectState {
  #owner;
  #id;
  #storage = null;
  #pending = 0;
  #eventTimeout = null;

  constructor(key, owner, id) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
    this.#id = id;
  }

  get id() {
    return this.#id;
  }

  get storage() {
    this.#storage ??= require("durable/storage").storageOf(this.#owner);
    return this.#storage;
  }

  get props() {
    return {};
  }

  get exports() {
    return require("rpc/loopback").exportsOfProgram();
  }

  waitUntil(promise) {
    this.#pending++;
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
    if (typeof callback !== "function") {
      throw new TypeError(
        "Failed to execute 'blockConcurrencyWhile' on 'DurableObjectState': parameter 1 is not of type 'Function'.",
      );
    }
    return require("durable/sections").openSection(this.#owner, callback);
  }

  abort(reason = undefined, options = undefined) {
    const { optionsOf } = require("durable/operations");
    const { retryAlarm } = optionsOf(options, "abort", "DurableObjectState", 2, "AbortOptions");
    const text = reason === undefined ? "Application called abort() to reset Durable Object." : reasonText(reason);
    if (retryAlarm !== undefined && !retryAlarm) native.alarms.spare(this.#owner);
    // The reset takes place when the turn is over. A program that catches the exception runs on, without effect.
    objects.abort(this.#owner, text);
    throw new Error(text);
  }

  acceptWebSocket(ws, tags = undefined) {
    if (!websocket.internals.isWebSocket(ws)) {
      throw new TypeError(
        "Failed to execute 'acceptWebSocket' on 'DurableObjectState': parameter 1 is not of type 'WebSocket'.",
      );
    }
    if (tags !== undefined && !Array.isArray(tags)) {
      throw new TypeError(
        "Failed to execute 'acceptWebSocket' on 'DurableObjectState': parameter 2 is not of type 'Array'.",
      );
    }
    const given = (tags ?? []).map(String);
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
    if (tag === undefined) return heldList(this.#owner).toReversed();
    return held(this.#owner, String(tag));
  }

  getTags(ws) {
    if (!websocket.internals.isWebSocket(ws)) {
      throw new TypeError(
        "Failed to execute 'getTags' on 'DurableObjectState': parameter 1 is not of type 'WebSocket'.",
      );
    }
    const mode = websocket.internals.modeOf(ws);
    if (mode === 0) {
      throw new Error(
        "you must call 'acceptWebSocket()' before attempting to access the tags of a WebSocket.",
      );
    }
    if (mode !== 2) throw new Error("only hibernatable websockets can have tags.");
    return sockets.tags(websocket.internals.indexOf(ws));
  }

  setWebSocketAutoResponse(pair = undefined) {
    if (pair === undefined || pair === null) {
      sockets.setAutoResponse(this.#owner, undefined, undefined);
      return;
    }
    if (!(pair instanceof WebSocketRequestResponsePair)) {
      throw new TypeError(
        "Failed to execute 'setWebSocketAutoResponse' on 'DurableObjectState': parameter 1 is not of type 'WebSocketRequestResponsePair'.",
      );
    }
    sockets.setAutoResponse(this.#owner, pair.request, pair.response);
  }

  getWebSocketAutoResponse() {
    const pair = sockets.autoResponse(this.#owner);
    return pair ? new WebSocketRequestResponsePair(pair[0], pair[1]) : null;
  }

  getWebSocketAutoResponseTimestamp(ws) {
    const at = websocket.internals.indexOf(ws) < 0 ? null : sockets.autoResponseAt(websocket.internals.indexOf(ws));
    return at ? new Date(at) : null;
  }

  setHibernatableWebSocketEventTimeout(ms = undefined) {
    const limit = Number(ms ?? 0);
    if (limit > EVENT_TIMEOUT_MS_MAX) {
      throw new Error(`Event timeout should not exceed ${EVENT_TIMEOUT_MS_MAX} ms.`);
    }
    this.#eventTimeout = limit > 0 ? limit : null;
  }

  getHibernatableWebSocketEventTimeout() {
    return this.#eventTimeout;
  }

  static {
    pendingOf = (state) => state.#pending;
    isState = (value) => typeof value === "object" && value !== null && #owner in value;
  }
}
if (!require("flags").enable_ctx_exports) delete DurableObjectState.prototype.exports;
defineInterface(DurableObjectState);

function reasonText(reason) {
  return reason instanceof Error ? reason.message : String(reason);
}

exports.DurableObjectState = DurableObjectState;
exports.stateFor = (owner, id) => new DurableObjectState(make, owner, id);
exports.internals = { isState: (value) => isState(value) };
exports.pendingOf = (state) => pendingOf(state);
