// Event, EventTarget and the runtime's own dispatch. Source: DOM 2, workers-api.md 2.3 and 2.4.
//
// There is no tree: an event has one target and no capturing. A listener that throws is reported and the others still
// run; before 2026-09-01 an event that the program dispatches itself stops there, and dispatchEvent() throws. `on<type>` is
// looked up as a property when the event is dispatched, and called first.

const { defineInterface, defineConstants, illegalInvocation, illegalConstructor } = require("interface");
const { wrongParameter, wrongConstructorParameter, wrongField } = require("interface");

const BUBBLES = 1;
const CANCELABLE = 2;
const COMPOSED = 4;
const CANCELED = 8;
const STOPPED = 16;
const STOPPED_AT_ONCE = 32;
const DISPATCHING = 64;
const TRUSTED = 128;

const PHASES = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 };

const flags = require("flags");
const isPedantic = flags.pedantic_wpt === true;

// What dispatch needs of an event's private state.
let flagsOf;
let begin;
let end;

class Event {
  #type;
  #flags = 0;
  #target = undefined;
  #current = null;

  constructor(type, init = undefined) {
    if (arguments.length === 0) throw wrongConstructorParameter(new.target.name, 1, "string");
    this.#type = typeof type === "string" ? type : `${type}`;
    if (init !== undefined && init !== null) {
      if (typeof init !== "object" && typeof init !== "function") {
        throw wrongConstructorParameter(new.target.name, 2, "Init");
      }
      this.#flags =
        (init.bubbles ? BUBBLES : 0) | (init.cancelable ? CANCELABLE : 0) | (init.composed ? COMPOSED : 0);
    }
  }

  static {
    flagsOf = (event) => (#flags in event ? event.#flags : -1);
    begin = (event, target, trusted) => {
      event.#target = target;
      event.#current = target;
      event.#flags = (event.#flags & ~CANCELED) | (trusted ? DISPATCHING | TRUSTED : DISPATCHING);
      return event.#type;
    };
    end = (event) => {
      event.#current = null;
      event.#flags &= ~(DISPATCHING | STOPPED | STOPPED_AT_ONCE);
    };
  }

  get type() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    return this.#type;
  }

  get target() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    return this.#target;
  }

  get srcElement() {
    return this.target;
  }

  get currentTarget() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    // Without `pedantic_wpt` it is the target, also when nothing is dispatched.
    return isPedantic ? this.#current : this.#target;
  }

  get eventPhase() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    return this.#current === null ? PHASES.NONE : PHASES.AT_TARGET;
  }

  get bubbles() {
    return this.#has(BUBBLES);
  }

  get cancelable() {
    return this.#has(CANCELABLE);
  }

  get composed() {
    return this.#has(COMPOSED);
  }

  get defaultPrevented() {
    return this.#has(CANCELED) && this.#has(CANCELABLE);
  }

  get returnValue() {
    return !this.defaultPrevented;
  }

  get isTrusted() {
    return this.#has(TRUSTED);
  }

  get timeStamp() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    return 0;
  }

  get cancelBubble() {
    return this.#has(STOPPED);
  }

  set cancelBubble(value) {
    if (value) this.stopPropagation();
  }

  composedPath() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    return this.#current === null ? [] : [this.#current];
  }

  // Also of an event that says it cannot be canceled: `dispatchEvent` answers false for it all the same.
  preventDefault() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    this.#flags |= CANCELED;
  }

  stopPropagation() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    this.#flags |= STOPPED;
  }

  stopImmediatePropagation() {
    if (!this || !(#flags in this)) throw illegalInvocation();
    this.#flags |= STOPPED | STOPPED_AT_ONCE;
  }

  #has(flag) {
    return (this.#flags & flag) !== 0;
  }
}
defineInterface(Event);
defineConstants(Event, PHASES);

// Called as `target[LISTENER_ADDED](type)` after a listener was added, where a target defines it.
const LISTENER_ADDED = Symbol("listener added");

let listenersFor;
let isTarget;
let remove;

class EventTarget {
  // type -> listeners in insertion order. A list is only appended to; removing replaces it, so that a dispatch under
  // way can walk the one it began with.
  #listeners = null;

  static {
    isTarget = (target) => #listeners in target;
    remove = (target, type, listener) => target.#remove(type, listener);
    listenersFor = (target, type) => (#listeners in target ? target.#listeners?.get(type) : undefined);
  }

  addEventListener(type, listener, options = undefined) {
    if (!this || !(#listeners in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("addEventListener", "EventTarget", 1, "string");
    if (arguments.length === 1 || !isListener(listener)) {
      throw wrongParameter("addEventListener", "EventTarget", 2, "function or HandlerObject");
    }
    const { once, signal } = listenerOptions(options);
    if (listener === null || listener === undefined) return;
    // An object's method is asked for once.
    const callback = typeof listener === "function" ? listener : handleEventOf(listener);
    if (signal?.aborted) return;
    const name = `${type}`;
    const all = (this.#listeners ??= new Map());
    const list = all.get(name);
    const entry = { listener, callback, once, removed: false };
    if (list === undefined) {
      all.set(name, [entry]);
    } else {
      for (let index = 0; index < list.length; index++) if (list[index].listener === listener) return;
      list.push(entry);
    }
    if (signal !== undefined) require("abort").addAbortSteps(signal, () => this.#remove(name, listener));
    this[LISTENER_ADDED]?.(name);
  }

  removeEventListener(type, listener, options = undefined) {
    if (!this || !(#listeners in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("removeEventListener", "EventTarget", 1, "string");
    if (arguments.length === 1 || !isListener(listener)) {
      throw wrongParameter("removeEventListener", "EventTarget", 2, "Object");
    }
    refuseCapture("removeEventListener", options);
    this.#remove(`${type}`, listener);
  }

  dispatchEvent(event) {
    if (!this || !(#listeners in this)) throw illegalInvocation();
    return dispatchFromProgram(this, event);
  }

  #remove(type, listener) {
    const list = this.#listeners?.get(type);
    if (list === undefined) return;
    const position = list.findIndex((entry) => entry.listener === listener);
    if (position < 0) return;
    list[position].removed = true;
    if (list.length === 1) this.#listeners.delete(type);
    else this.#listeners.set(type, list.toSpliced(position, 1));
  }
}
defineInterface(EventTarget);

const isListener = (listener) =>
  listener === null || listener === undefined || typeof listener === "function" || typeof listener === "object";

function handleEventOf(listener) {
  const { handleEvent } = listener;
  if (typeof handleEvent !== "function") throw wrongField("handleEvent", "HandlerObject", "function");
  return handleEvent;
}

function refuseCapture(name, options) {
  if (!options) return;
  if (typeof options !== "object" && typeof options !== "function") {
    throw new TypeError(`${name}(): useCapture must be false.`);
  }
  if (options.capture) throw new TypeError(`${name}(): options.capture must be false.`);
}

const NO_OPTIONS = { once: false, signal: undefined };

// Capturing and passive listeners are refused as on the platform, which has no tree of targets.
function listenerOptions(options) {
  if (options === undefined || options === null || options === false) return NO_OPTIONS;
  refuseCapture("addEventListener", options);
  if (typeof options !== "object" && typeof options !== "function") return NO_OPTIONS;
  if (options.passive) throw new TypeError("addEventListener(): options.passive must be false.");
  const { signal } = options;
  if (signal !== undefined && !require("abort").isSignal(signal)) {
    throw wrongField("signal", "AddEventListenerOptions", "AbortSignal");
  }
  return { once: !!options.once, signal };
}

// What a listener throws ends the program's own dispatch, until the rules of 2026-09-01.
const reportToProgram = flags.spec_compliant_dispatch_exceptions
  ? undefined
  : (error) => {
      throw error;
    };

function dispatchFromProgram(target, event) {
  const state = event !== null && typeof event === "object" ? flagsOf(event) : -1;
  if (state < 0) throw wrongParameter("dispatchEvent", "EventTarget", 1, "Event");
  if (state & DISPATCHING) {
    const { DOMException } = require("dom_exception");
    throw new DOMException("The event is already being dispatched.", "InvalidStateError");
  }
  run(holderOf(target), target, event, false, reportToProgram);
  return (flagsOf(event) & CANCELED) === 0;
}

// "message" -> "onmessage", remembered because joining strings at every message would cost more than the lookup.
const handlerNames = new Map();

function handlerName(type) {
  let name = handlerNames.get(type);
  if (name === undefined) {
    name = `on${type}`;
    if (handlerNames.size < 1000) handlerNames.set(type, name);
  }
  return name;
}

// Calls the handler and the listeners that `holder` keeps, with `target` as the event's target. A `report` that throws ends
// the dispatch.
function run(holder, target, event, trusted, report = exports.reportException) {
  const type = begin(event, target, trusted);
  const list = listenersFor(holder, type);
  const length = list === undefined ? 0 : list.length;
  try {
    try {
      const handler = target[handlerName(type)];
      if (typeof handler === "function") call(handler, globalThis, event, true);
    } catch (error) {
      report(error);
    }
    for (let index = 0; index < length; index++) {
      if (flagsOf(event) & STOPPED_AT_ONCE) break;
      const entry = list[index];
      if (entry.removed) continue;
      const { listener, callback } = entry;
      if (entry.once) remove(holder, type, listener);
      try {
        if (callback === listener) call(callback, thisIsTarget ? target : globalThis, event, false);
        else apply(callback, listener, [event]);
      } catch (error) {
        report(error);
      }
    }
  } finally {
    end(event);
  }
}

const { apply } = Reflect;
const thisIsTarget = flags.set_event_target_this;

// `this` of an `on<type>` handler is the global object, for every date.
function call(listener, receiver, event, isHandler) {
  const result = apply(listener, receiver, [event]);
  if (result === undefined) return;
  if (result === true) {
    if (isHandler) event.preventDefault();
  } else if (typeof result === "object" && typeof result?.then === "function") {
    warnOnce(
      "promise",
      "An event handler returned a promise that will be ignored. " +
        "Event handlers should not have a return value and should not be async functions.",
    );
  } else if (typeof result !== "boolean") {
    const type = result === null ? "null" : typeof result;
    warnOnce(
      "value",
      `An event handler returned a value of type "${type}" that will be ignored. ` +
        "Event handlers should not have a return value.",
    );
  }
}

const warned = new Set();

function warnOnce(kind, text) {
  if (warned.has(kind)) return;
  warned.add(kind);
  native.console?.log("warn", text, "");
}

exports.Event = Event;
exports.EventTarget = EventTarget;
exports.LISTENER_ADDED = LISTENER_ADDED;

// The runtime dispatches `event` at `target`: `on<type>` first, then the listeners; what they throw goes to `report`,
// or is reported as uncaught.
exports.dispatch = (target, event, report) => run(holderOf(target), target, event, true, report);

// Whether anything would hear an event of this type, leaving out what a getter named `on<type>` might do.
exports.hasListeners = (target, type) =>
  listenersFor(holderOf(target), type) !== undefined || typeof target[handlerName(type)] === "function";

exports.isEventTarget = (value) => value !== null && typeof value === "object" && isTarget(value);

// The program's global object is an event target whose listeners are kept here, since it has a class of its own.
const globalListeners = new EventTarget();
const { addEventListener: add, removeEventListener: drop } = EventTarget.prototype;
const holderOf = (target) => (target === globalThis ? globalListeners : target);

function globalOnly(receiver) {
  if (receiver !== undefined && receiver !== null && receiver !== globalThis) throw illegalInvocation();
}

exports.addEventListener = function addEventListener(type, listener, options = undefined) {
  globalOnly(this);
  apply(add, globalListeners, arguments);
};

exports.removeEventListener = function removeEventListener(type, listener, options = undefined) {
  globalOnly(this);
  apply(drop, globalListeners, arguments);
};

exports.dispatchEvent = function dispatchEvent(event) {
  globalOnly(this);
  return dispatchFromProgram(globalThis, event);
};

const report = require("report");
exports.reportException = report.reportException;
exports.reportRejection = report.reportRejection;

Object.assign(exports, require("event_types"));
