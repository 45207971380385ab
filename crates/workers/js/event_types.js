// The kinds of events programs make or meet. Source: DOM 2.4, HTML 8.1.4, 9.3 and 9.5, workers-api.md 2.3.

const { Event } = require("events");
const { defineInterface, illegalInvocation, illegalConstructor } = require("interface");
const { wrongConstructorParameter } = require("interface");

class CustomEvent extends Event {
  #detail;

  constructor(type, init = undefined) {
    super(...arguments);
    this.#detail = init?.detail;
  }

  get detail() {
    if (!this || !(#detail in this)) throw illegalInvocation();
    return this.#detail;
  }
}
defineInterface(CustomEvent);

class MessageEvent extends Event {
  #data;
  // What few look at: `{ origin, lastEventId, source, ports }`, or null for the defaults.
  #init;

  constructor(type, init = undefined) {
    if (arguments.length === 0) throw wrongConstructorParameter("MessageEvent", 1, "string");
    // Not `...arguments`: this runs for every message.
    super(type, init);
    if (init === undefined) throw wrongConstructorParameter("MessageEvent", 2, "Initializer");
    this.#data = init?.data;
    this.#init = init;
  }

  get data() {
    if (!this || !(#data in this)) throw illegalInvocation();
    return this.#data;
  }

  get origin() {
    if (!this || !(#data in this)) throw illegalInvocation();
    return this.#init?.origin ?? (require("flags").spec_compliant_message_event_origin ? "" : null);
  }

  get lastEventId() {
    if (!this || !(#data in this)) throw illegalInvocation();
    return this.#init?.lastEventId ?? "";
  }

  get source() {
    if (!this || !(#data in this)) throw illegalInvocation();
    return this.#init?.source ?? null;
  }

  get ports() {
    if (!this || !(#data in this)) throw illegalInvocation();
    return this.#init?.ports ?? [];
  }
}
defineInterface(MessageEvent);

class CloseEvent extends Event {
  #code = 0;
  #reason = "";
  #wasClean = false;

  constructor(type, init = undefined) {
    super(...arguments);
    if (init === undefined || init === null) return;
    if (init.code !== undefined) this.#code = init.code & 0xffff;
    if (init.reason !== undefined) this.#reason = `${init.reason}`.toWellFormed();
    this.#wasClean = !!init.wasClean;
  }

  get code() {
    if (!this || !(#code in this)) throw illegalInvocation();
    return this.#code;
  }

  get reason() {
    if (!this || !(#code in this)) throw illegalInvocation();
    return this.#reason;
  }

  get wasClean() {
    if (!this || !(#code in this)) throw illegalInvocation();
    return this.#wasClean;
  }
}
defineInterface(CloseEvent);

class ErrorEvent extends Event {
  #message = "";
  #filename = "";
  #lineno = 0;
  #colno = 0;
  #error = undefined;

  constructor(type, init = undefined) {
    super(...arguments);
    if (init === undefined || init === null) return;
    if (init.message !== undefined) this.#message = `${init.message}`;
    if (init.filename !== undefined) this.#filename = `${init.filename}`;
    this.#lineno = init.lineno >>> 0;
    this.#colno = init.colno >>> 0;
    this.#error = init.error;
  }

  get message() {
    if (!this || !(#error in this)) throw illegalInvocation();
    return this.#message;
  }

  get filename() {
    if (!this || !(#error in this)) throw illegalInvocation();
    return this.#filename;
  }

  get lineno() {
    if (!this || !(#error in this)) throw illegalInvocation();
    return this.#lineno;
  }

  get colno() {
    if (!this || !(#error in this)) throw illegalInvocation();
    return this.#colno;
  }

  get error() {
    if (!this || !(#error in this)) throw illegalInvocation();
    return this.#error;
  }
}
defineInterface(ErrorEvent);

// Only the runtime makes the following two, and what extends the second.
const RUNTIME = Symbol("runtime");

class PromiseRejectionEvent extends Event {
  #promise;
  #reason;

  constructor(type, init) {
    if (init?.[RUNTIME] !== true) throw illegalConstructor();
    super(type, init);
    this.#promise = init.promise;
    this.#reason = init.reason;
  }

  get promise() {
    if (!this || !(#promise in this)) throw illegalInvocation();
    return this.#promise;
  }

  get reason() {
    if (!this || !(#promise in this)) throw illegalInvocation();
    return this.#reason;
  }
}
defineInterface(PromiseRejectionEvent);

class ExtendableEvent extends Event {
  #waitUntil;

  // `init.waitUntil`, if given, takes each promise the program hands over.
  constructor(type, init = undefined) {
    if (new.target === ExtendableEvent) throw illegalConstructor();
    super(type, init);
    this.#waitUntil = init?.waitUntil;
  }

  waitUntil(promise) {
    if (!this || !(#waitUntil in this)) throw illegalInvocation();
    this.#waitUntil?.(promise);
  }
}
defineInterface(ExtendableEvent);

exports.CustomEvent = CustomEvent;
exports.MessageEvent = MessageEvent;
exports.CloseEvent = CloseEvent;
exports.ErrorEvent = ErrorEvent;
exports.PromiseRejectionEvent = PromiseRejectionEvent;
exports.ExtendableEvent = ExtendableEvent;

exports.makeRejectionEvent = (type, promise, reason) =>
  new PromiseRejectionEvent(type, { promise, reason, cancelable: type === "unhandledrejection", [RUNTIME]: true });
