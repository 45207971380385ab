// WebSocket, WebSocketPair and WebSocketRequestResponsePair, and the table of sockets this isolate holds.
//
// A WebSocket is one of three things:
//   pair    one end of `new WebSocketPair()`; its mate is another object of this isolate until it is handed out
//   far     the far side of an end that lives elsewhere, as found in a Response from a stub or from fetch()
//   client  made by `new WebSocket(url)`
// It gets a number (an end in the host's table) when it is first accepted, or when its mate is handed out. From
// then on what is sent is recorded in the outbox under that number, and what arrives comes through `deliver…`.
//
// Source: workers-api.md 2.

const context = require("context");
const budgets = require("budget");
const outbox = require("outbox");
const flags = require("flags");
const { EventTarget, MessageEvent, CloseEvent, ErrorEvent, Event, dispatch } = require("events");
const { checkClientArguments, checkCloseArguments } = require("websocket_arguments");

const { defineConstants, defineInterface, illegalInvocation, ownAccessors, wrongConstructorParameter, wrongParameter } = require("interface");

const { sockets } = native;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const ATTACHMENT_BYTES_MAX = 16_384;

// Attachments are copies as structuredClone() makes them.
const COPY = { takesPlatform: true };

const NOT_CONNECTED = "Failed to establish websocket connection";
const NO_CLOSE_FRAME = "WebSocket disconnected without sending Close frame.";

// How the program took the socket.
const IDLE = 0; // not yet
const ACCEPTED = 1; // accept(): events
const HELD = 2; // acceptWebSocket(): handlers of the class
const HANDED_OUT = 3; // returned in a Response

// In place of the number of a socket whose instance is gone. The number may be another socket's by then.
const LOST = 0xffffffff;

// Sockets by number; null for one that was released in this turn, which the host hears of after the turn.
const table = [];

// Numbers of the sockets in the table, by owner.
const owned = new Map();

// Held sockets of the owners that asked for them, in the order they were accepted.
const heldLists = new Map();

function enterTable(index, owner, ws) {
  table[index] = ws;
  let numbers = owned.get(owner);
  if (numbers === undefined) {
    numbers = new Set();
    owned.set(owner, numbers);
  }
  numbers.add(index);
}

// What the rest of the runtime may do with a WebSocket's private parts; set by the class.
let internals;

// Tells the class that the runtime, not a program, calls its constructor.
const make = Symbol("make");

class WebSocket extends EventTarget {
  #origin = "pair";
  #mode = IDLE;
  #index = -1;
  #owner = 0;
  #mate = null;
  #far = null;
  #connecting = false;
  #closeSent = false;
  #closeReceived = false;
  #gone = false;
  #halfOpen = false;
  #url = null;
  #protocol = "";
  #extensions = "";
  #binaryType = flags.websocket_standard_binary_type ? "blob" : "arraybuffer";
  #attachment = null;
  #errored = false;
  #isLeaving = false;
  // The event that took both sides, where the program holds both.
  #inner = null;

  constructor(url, protocols) {
    super();
    if (!flags.workers_api_getters_setters_on_prototype) ownAccessors(this, WebSocket.prototype);
    if (url === make) {
      if (protocols !== null) {
        this.#origin = "far";
        this.#far = protocols;
      }
      return;
    }
    if (arguments.length === 0) {
      throw wrongConstructorParameter("WebSocket", 1, "string");
    }
    const { given, target, wanted } = checkClientArguments(url, protocols);
    const { headersOfClient } = require("fetch/extensions");
    this.#origin = "client";
    this.#url = given;
    this.#mode = ACCEPTED;
    this.#connecting = true;
    this.#halfOpen = !flags.web_socket_auto_reply_to_close;
    this.#owner = context.owner;
    this.#index = sockets.enter(context.owner);
    enterTable(this.#index, this.#owner, this);
    sockets.accept(this.#index);
    native.calls.connect(this.#index, context.owner, context.section, target, headersOfClient(wanted));
  }

  accept(options = undefined) {
    if (!this || !(#mode in this)) throw illegalInvocation();
    if (this.#origin === "client") {
      throw new TypeError("Websockets obtained from the 'new WebSocket()' constructor cannot call accept");
    }
    if (this.#mode === HANDED_OUT) {
      throw new TypeError("Can't accept() WebSocket that was already used in a response.");
    }
    if (this.#mode === HELD) {
      throw new TypeError("Can't accept() WebSocket after enabling hibernation.");
    }
    if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") {
      throw wrongParameter("accept", "WebSocket", 1, "AcceptOptions");
    }
    if (this.#mode === ACCEPTED) return;
    this.#halfOpen = options?.allowHalfOpen ?? !flags.web_socket_auto_reply_to_close;
    this.#mode = ACCEPTED;
    this.#enter();
    sockets.accept(this.#index);
  }

  send(message) {
    if (!this || !(#mode in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("send", "WebSocket", 1, "ArrayBuffer or ArrayBufferView or string");
    if (this.#closeSent) throw new TypeError("Can't call WebSocket send() after close().");
    if (this.#gone) return;
    if (this.#mode === IDLE || this.#mode === HANDED_OUT || this.#connecting) throw notAccepted();
    if (typeof message === "string") {
      outbox.sendText(this.#index, message);
      return;
    }
    const bytes = bytesOf(message);
    if (bytes === null) outbox.sendText(this.#index, `${message}`);
    else outbox.sendBinary(this.#index, bytes);
  }

  close(code = undefined, reason = undefined) {
    if (!this || !(#mode in this)) throw illegalInvocation();
    const { number, text } = checkCloseArguments(code, reason);
    if (this.#connecting) {
      this.#cancel();
      return;
    }
    if (this.#closeSent) return;
    if (this.#gone) {
      // In its last event a held socket still tells how the program left it.
      if (this.#mode === HELD) this.#closeSent = true;
      return;
    }
    if (this.#mode === IDLE || this.#mode === HANDED_OUT) throw notAccepted();
    this.#sendClose(number, text);
    if (this.#closeReceived && this.#mode === ACCEPTED) this.#release();
  }

  serializeAttachment(value) {
    if (!this || !(#mode in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("serializeAttachment", "WebSocket", 1, "Value");
    const bytes = require("structured_clone/v8").serialize(value, COPY);
    if (bytes.byteLength > ATTACHMENT_BYTES_MAX) {
      throw new Error(
        `A WebSocket 'attachment' cannot be larger than ${ATTACHMENT_BYTES_MAX} bytes.'attachment' was ${bytes.byteLength} bytes.`,
      );
    }
    if (this.#isAttachmentOutside()) sockets.setAttachment(this.#index, bytes);
    else this.#attachment = bytes.slice();
  }

  deserializeAttachment() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    const bytes = this.#isAttachmentOutside() ? sockets.attachment(this.#index) : this.#attachment;
    return bytes ? require("structured_clone/v8").deserialize(bytes, COPY) : null;
  }

  // The host keeps that of a held socket, which outlives this object, until the socket is released.
  #isAttachmentOutside() {
    return this.#mode === HELD && table[this.#index] === this;
  }

  get readyState() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    if (this.#errored || (this.#closeSent && this.#closeReceived)) return CLOSED;
    if (this.#closeSent || this.#closeReceived) return CLOSING;
    return this.#connecting ? CONNECTING : OPEN;
  }

  get url() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    return this.#url;
  }

  get protocol() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    return this.#protocol;
  }

  get extensions() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    return this.#extensions;
  }

  get binaryType() {
    if (!this || !(#mode in this)) throw illegalInvocation();
    return this.#binaryType;
  }

  set binaryType(type) {
    if (!this || !(#mode in this)) throw illegalInvocation();
    const name = `${type}`;
    if (name === "blob" || name === "arraybuffer") this.#binaryType = name;
  }

  get bufferedAmount() {
    return 0;
  }

  // Gets the socket its number, and connects it with whatever its far side is.
  #enter(owner = context.owner) {
    if (this.#index >= 0) {
      enterTable(this.#index, this.#owner, this);
      return;
    }
    this.#owner = owner;
    this.#index = sockets.enter(owner);
    enterTable(this.#index, owner, this);
    if (this.#far !== null) {
      sockets.joinFar(this.#index, this.#far);
      this.#far = null;
    } else if (this.#mate !== null && this.#mate.#index >= 0 && this.#mate.#mode !== HANDED_OUT) {
      sockets.joinHere(this.#index, this.#mate.#index);
      if (this.#mate.#owner !== owner) return;
      this.#inner = this.#mate.#inner = { budget: budgets.own(), invocation: context.invocation };
    }
  }

  #sendClose(code, reason) {
    this.#closeSent = true;
    outbox.sendClose(this.#index, code, reason);
  }

  // Gives up connecting. As on the platform the program hears of it as of any other failure.
  #cancel() {
    this.#connecting = false;
    this.#gone = true;
    native.calls.cancelConnect(this.#index);
    this.#release();
    require("timers").setTimeout(() => {
      WebSocket.#failed(this, new Error("Network connection lost."));
      WebSocket.#closed(this, 1006, NOT_CONNECTED);
    });
  }

  // Nothing more will pass: the number goes back to the host.
  #release() {
    if (this.#index < 0 || table[this.#index] !== this) return;
    if (this.#mode === HELD) this.#attachment = sockets.attachment(this.#index);
    table[this.#index] = null;
    outbox.finish(this.#index);
    const numbers = owned.get(this.#owner);
    numbers?.delete(this.#index);
    if (numbers?.size === 0) owned.delete(this.#owner);
    // Made anew when it is asked for: looking for one socket in it at each close would be quadratic.
    if (this.#mode === HELD) heldLists.delete(this.#owner);
  }

  static #message(ws, data) {
    if (ws.#closeReceived) return;
    if (typeof data !== "string" && ws.#binaryType === "blob") {
      const { Blob } = require("blob");
      data = new Blob([data]);
    }
    dispatch(ws, new MessageEvent("message", { data }));
  }

  static #closed(ws, code, reason) {
    if (ws.#closeReceived) return;
    const clean = code !== 1006;
    if (clean) ws.#closeReceived = true;
    if (clean && !ws.#halfOpen && !ws.#closeSent) ws.#sendClose(replyCode(code), reason);
    dispatch(ws, new CloseEvent("close", { code, reason, wasClean: clean }));
    if (!clean) ws.#gone = ws.#errored = true;
    if (ws.#closeSent || !clean) ws.#release();
    // A stateless Worker that does not answer is not waited for without end.
    else if (ws.#owner === 0) require("timers").after(native.timers.waitUntilMax, () => ws.#closeSent || ws.#release());
  }

  static #failed(ws, error) {
    if (ws.#errored) return;
    ws.#errored = true;
    ws.#connecting = false;
    ws.#gone = true;
    dispatch(ws, new ErrorEvent("error", { message: `Uncaught ${error}`, error }));
  }

  static {
    internals = {
      pair() {
        const first = new WebSocket(make, null);
        const second = new WebSocket(make, null);
        first.#mate = second;
        second.#mate = first;
        return [first, second];
      },
      message: WebSocket.#message,
      closed: WebSocket.#closed,
      failed: WebSocket.#failed,
      isWebSocket: (value) => typeof value === "object" && value !== null && #mode in value,
      indexOf: (ws) => ws.#index,
      modeOf: (ws) => ws.#mode,
      isClient: (ws) => ws.#origin === "client",
      innerOf: (ws) => ws.#inner,

      opened(ws, protocol, extensions) {
        ws.#connecting = false;
        ws.#protocol = protocol;
        ws.#extensions = extensions;
        dispatch(ws, new Event("open"));
      },

      // The far side leaves the isolate in a Response. Answers the end that keeps the other side: a number, or as it came.
      handOut(ws) {
        if (ws.#origin === "client") {
          throw new TypeError("Can't return WebSocket in a Response if it was created with `new WebSocket()`");
        }
        if (ws.#mode === HANDED_OUT) {
          throw new TypeError("Can't return WebSocket that was already used in a response.");
        }
        if (ws.#mode === ACCEPTED) {
          throw new TypeError("Can't return WebSocket in a Response after calling accept().");
        }
        if (ws.#mode === HELD) {
          throw new TypeError("Can't return WebSocket in a Response after calling acceptWebSocket().");
        }
        ws.#mode = HANDED_OUT;
        if (ws.#far !== null) return ws.#far;
        const mate = ws.#mate;
        if (mate.#index < 0) {
          mate.#owner = context.owner;
          mate.#index = sockets.enter(context.owner);
          enterTable(mate.#index, mate.#owner, mate);
        }
        return mate.#index;
      },

      // Nobody will take the far side any more: who holds the other side hears so.
      abandon(ws) {
        if (ws.#far === null || ws.#mode !== IDLE) return;
        sockets.refuse(ws.#far);
        ws.#mode = HANDED_OUT;
      },

      // `owner` takes the socket, whosever turn it is.
      hold(ws, tags, owner) {
        if (ws.#mode === HANDED_OUT) {
          throw new TypeError(
            "Tried to make an api::WebSocket hibernatable when it was in an incompatible state.",
          );
        }
        if (ws.#mode !== IDLE && ws.#origin !== "client") {
          throw new Error(
            "Cannot call `acceptWebSocket()` if the WebSocket was already accepted via `accept()`",
          );
        }
        const mate = ws.#mate;
        if (ws.#origin === "client" || (mate !== null && mate.#mode !== IDLE && mate.#mode !== HANDED_OUT)) {
          throw new Error(
            "Cannot call `acceptWebSocket()` on this WebSocket because its pair has already been accepted or used in a Response.",
          );
        }
        ws.#mode = HELD;
        ws.#enter(owner);
        sockets.hold(ws.#index, tags);
        heldLists.get(ws.#owner)?.push(ws);
        if (ws.#attachment !== null) {
          sockets.setAttachment(ws.#index, ws.#attachment);
          ws.#attachment = null;
        }
      },

      // The object for a held socket whose instance was forgotten: `bits` says which Close frames passed.
      revive(index, owner, bits) {
        const ws = new WebSocket(make, null);
        ws.#mode = HELD;
        ws.#index = index;
        ws.#owner = owner;
        ws.#closeSent = (bits & 1) !== 0;
        ws.#closeReceived = (bits & 2) !== 0;
        enterTable(index, owner, ws);
        return ws;
      },

      heldClosed(ws, code) {
        ws.#closeReceived = true;
        if (code === 1006) ws.#gone = true;
      },

      // What took its message was ended.
      end(ws, code, reason) {
        if (!ws.#closeSent && !ws.#gone) ws.#sendClose(code, reason);
      },

      // webSocketClose ran: answer the Close if the handler did not, and let go of the socket.
      heldDone(ws, code, reason) {
        if (!ws.#closeSent && !ws.#gone) ws.#sendClose(replyCode(code), reason);
        ws.#release();
      },

      // The last handler of the socket has returned a promise: it is listed no more, whatever that waits for.
      leave(ws) {
        ws.#isLeaving = true;
        heldLists.delete(ws.#owner);
      },

      isLeaving: (ws) => ws.#isLeaving,

      heldFailed(ws) {
        ws.#gone = true;
        ws.#closeReceived = true;
      },

      // The instance that had the socket is gone.
      lose(ws) {
        ws.#gone = true;
        ws.#connecting = false;
        ws.#index = LOST;
      },

      // The signal that a fetched socket was asked for with ends it too.
      abortWith(ws, signal) {
        require("abort").addAbortSteps(signal, () => {
          if (ws.#gone || (ws.#closeSent && ws.#closeReceived)) return;
          WebSocket.#failed(ws, signal.reason);
          ws.#release();
        });
      },

      release(ws) {
        ws.#gone = true;
        ws.#release();
      },
    };
  }
}

function notAccepted() {
  return new TypeError(
    "You must call one of accept() or state.acceptWebSocket() on this WebSocket before sending messages.",
  );
}

// A Close frame cannot carry the codes that stand for its absence.
function replyCode(code) {
  return code === 1005 || code === 1006 || code === 1015 ? 1005 : code;
}

const NO_BYTES = new Uint8Array(0);

// The bytes of a buffer or view, not copied; null for anything else.
function bytesOf(message) {
  const isView = ArrayBuffer.isView(message);
  if (!isView && !(message instanceof ArrayBuffer)) return null;
  // What was transferred away counts as empty.
  if (message.byteLength === 0) return NO_BYTES;
  return isView ? new Uint8Array(message.buffer, message.byteOffset, message.byteLength) : new Uint8Array(message);
}

for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
  defineConstants(WebSocket, { [`READY_STATE_${name}`]: value, [name]: value });
}
defineInterface(WebSocket);

class WebSocketPair {
  constructor() {
    const [first, second] = internals.pair();
    Object.defineProperty(this, "0", { value: first, enumerable: true, configurable: true });
    Object.defineProperty(this, "1", { value: second, enumerable: true, configurable: true });
  }

  *[Symbol.iterator]() {
    yield this[0];
    yield this[1];
  }
}
defineInterface(WebSocketPair);

// Not of the platform, and not enumerable: published programs use them.
Object.defineProperties(WebSocketPair.prototype, {
  client: {
    get() {
      return this[0];
    },
    configurable: true,
  },
  server: {
    get() {
      return this[1];
    },
    configurable: true,
  },
});

class WebSocketRequestResponsePair {
  #request;
  #response;

  constructor(request, response) {
    if (arguments.length < 2) {
      throw wrongConstructorParameter("WebSocketRequestResponsePair", arguments.length + 1, "string");
    }
    this.#request = `${request}`;
    this.#response = `${response}`;
  }

  get request() {
    if (!this || !(#request in this)) throw illegalInvocation();
    return this.#request;
  }

  get response() {
    if (!this || !(#request in this)) throw illegalInvocation();
    return this.#response;
  }
}
defineInterface(WebSocketRequestResponsePair);

exports.WebSocket = WebSocket;
exports.WebSocketPair = WebSocketPair;
exports.WebSocketRequestResponsePair = WebSocketRequestResponsePair;
exports.internals = internals;
exports.table = table;
exports.NOT_CONNECTED = NOT_CONNECTED;
exports.NO_CLOSE_FRAME = NO_CLOSE_FRAME;
exports.HELD = HELD;
exports.ACCEPTED = ACCEPTED;

// A socket for the far side of an end that lives elsewhere, as the host describes it. Its request takes it, or nobody.
exports.farSide = (far) => {
  const ws = new WebSocket(make, far);
  const { invocation } = context;
  if (invocation?.owner === 0) invocation.hold({ dispose: () => internals.abandon(ws) });
  return ws;
};

// Whether `owner` has sockets that something may still arrive at.
exports.hasSockets = (owner) => owned.has(owner);

// The sockets `owner` holds under a tag (or, without one, all: the latest first), as the host's table has them.
function held(owner, tag) {
  const list = [];
  for (const index of new Uint32Array(sockets.held(owner, tag))) {
    if (table[index] === null) continue;
    const ws = table[index] ?? internals.revive(index, owner, sockets.bits(index));
    if (!internals.isLeaving(ws)) list.push(ws);
  }
  return list;
}

exports.held = held;

// All sockets `owner` holds, in the order they were accepted. Not to be changed.
exports.heldList = (owner) => {
  let list = heldLists.get(owner);
  if (list === undefined) {
    list = held(owner, undefined).reverse();
    heldLists.set(owner, list);
  }
  return list;
};

// The instance of `owner` is gone: its sockets are forgotten here. Held ones stay with the host, and what is left of the
// instance has no hold on them.
exports.forget = (owner) => {
  heldLists.delete(owner);
  for (const index of owned.get(owner) ?? []) {
    if (table[index]) internals.lose(table[index]);
    table[index] = undefined;
  }
  owned.delete(owner);
};
