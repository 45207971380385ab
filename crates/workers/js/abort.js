// AbortController and AbortSignal. Source: DOM 3.

const { Event, EventTarget, LISTENER_ADDED, dispatch } = require("events");
const { DOMException } = require("dom_exception");
const { defineInterface, illegalInvocation, illegalConstructor, wrongParameter } = require("interface");

const RUNTIME = Symbol("runtime");

let abort;
let addSteps;
let follow;
let isSignal;
let senderOf;

class AbortSignal extends EventTarget {
  #aborted = false;
  #reason = undefined;
  #onabort = null;
  // Run before the event is dispatched, once.
  #steps = null;
  // Signals made by `any` from this one. They hold this one; this one holds them only weakly, unless somebody listens
  // to them, so that a signal which lives long does not collect every signal ever made from it.
  #followers = null;
  #sources = null;
  // The invocation that sent it to somebody else, if any: no other may abort it.
  #sender = null;

  constructor(token) {
    if (token !== RUNTIME) throw illegalConstructor();
    super();
  }

  static {
    isSignal = (value) => value !== null && typeof value === "object" && #aborted in value;
    addSteps = (signal, steps) => {
      (signal.#steps ??= new Set()).add(steps);
      signal.#holdFast();
      return () => signal.#steps?.delete(steps);
    };
    senderOf = (signal) => signal.#sender;
    exports.sent = (signal, invocation) => {
      signal.#sender = invocation;
    };
    abort = (signal, reason) => {
      if (signal.#aborted) return;
      // All become aborted before the first program code runs.
      const signals = [signal, ...signal.#markFollowers(reason)];
      signal.#aborted = true;
      signal.#reason = reason;
      for (const each of signals) each.#announce();
    };
    follow = (signal, sources) => {
      // A source that itself follows others is replaced by these, so that there is one level only.
      const all = new Set();
      for (const source of sources) {
        if (source.#sources === null) all.add(source);
        else for (const each of source.#sources) all.add(each);
      }
      signal.#sources = all;
      for (const source of all) (source.#followers ??= new Followers()).add(signal);
    };
  }

  static abort(reason = undefined) {
    const signal = new AbortSignal(RUNTIME);
    signal.#aborted = true;
    signal.#reason = reason === undefined ? abortError() : reason;
    return signal;
  }

  static timeout(delay) {
    if (arguments.length === 0) throw wrongParameter("timeout", "AbortSignal", 1, "number");
    const signal = new AbortSignal(RUNTIME);
    require("timers").setTimeout(() => {
      abort(signal, retryable("The operation was aborted due to timeout", "TimeoutError"));
    }, delay);
    return signal;
  }

  static any(signals) {
    if (signals === null || typeof signals !== "object" || typeof signals[Symbol.iterator] !== "function") {
      throw wrongParameter("any", "AbortSignal", 1, "Array");
    }
    const sources = [...signals];
    sources.forEach((source, index) => {
      if (isSignal(source)) return;
      throw new TypeError(
        `Incorrect type for array element ${index}: the provided value is not of type 'AbortSignal'.`,
      );
    });
    const signal = new AbortSignal(RUNTIME);
    const first = sources.find((source) => source.#aborted);
    if (first === undefined) {
      follow(signal, sources);
    } else {
      signal.#aborted = true;
      signal.#reason = first.#reason;
    }
    return signal;
  }

  get aborted() {
    if (!this || !(#aborted in this)) throw illegalInvocation();
    return this.#aborted;
  }

  get reason() {
    if (!this || !(#aborted in this)) throw illegalInvocation();
    return this.#reason;
  }

  get onabort() {
    if (!this || !(#aborted in this)) throw illegalInvocation();
    return this.#onabort;
  }

  set onabort(handler) {
    if (!this || !(#aborted in this)) throw illegalInvocation();
    this.#onabort = typeof handler === "function" || (typeof handler === "object" && handler) ? handler : null;
    this.#holdFast();
  }

  throwIfAborted() {
    if (!this || !(#aborted in this)) throw illegalInvocation();
    if (this.#aborted) throw this.#reason;
  }

  [LISTENER_ADDED]() {
    this.#holdFast();
  }

  // Somebody waits for this signal: what it follows must keep it.
  #holdFast() {
    if (this.#sources === null || this.#aborted) return;
    for (const source of this.#sources) source.#followers?.hold(this);
  }

  #markFollowers(reason) {
    if (this.#followers === null) return [];
    const followers = this.#followers.alive().filter((signal) => !signal.#aborted);
    this.#followers = null;
    for (const signal of followers) {
      signal.#aborted = true;
      signal.#reason = reason;
      for (const source of signal.#sources) source.#followers?.drop(signal);
      signal.#sources = null;
    }
    return followers;
  }

  #announce() {
    const steps = this.#steps;
    this.#steps = null;
    if (steps !== null) {
      for (const step of steps) {
        try {
          step(this.#reason);
        } catch (error) {
          require("report").reportException(error);
        }
      }
    }
    dispatch(this, new Event("abort"));
  }
}
Object.defineProperty(AbortSignal.prototype, LISTENER_ADDED, { enumerable: false });
defineInterface(AbortSignal);

// Signals in the order they were added: `order` has a weak reference each, `held` those somebody listens to.
class Followers {
  #order = [];
  #held = new Set();
  #sweepAt = 32;

  add(signal) {
    this.#order.push(new WeakRef(signal));
    if (this.#order.length < this.#sweepAt) return;
    this.#order = this.#order.filter((reference) => reference.deref() !== undefined);
    this.#sweepAt = Math.max(32, this.#order.length * 2);
  }

  hold(signal) {
    this.#held.add(signal);
  }

  drop(signal) {
    this.#held.delete(signal);
  }

  alive() {
    return this.#order.map((reference) => reference.deref()).filter((signal) => signal !== undefined);
  }
}

class AbortController {
  #signal = new AbortSignal(RUNTIME);

  get signal() {
    if (!this || !(#signal in this)) throw illegalInvocation();
    return this.#signal;
  }

  abort(reason = undefined) {
    if (!this || !(#signal in this)) throw illegalInvocation();
    require("invocation").refuseForeign(senderOf(this.#signal), "RefcountedCanceler");
    abort(this.#signal, reason === undefined ? abortError() : reason);
  }
}
defineInterface(AbortController);

// To the platform an operation that was given up is one whose connection was lost, which may be tried again.
const retryable = (message, name) => Object.assign(new DOMException(message, name), { retryable: true });

const abortError = () => retryable("The operation was aborted", "AbortError");

exports.AbortController = AbortController;
exports.AbortSignal = AbortSignal;
exports.isSignal = isSignal;

// Runs `steps(reason)` when `signal` is aborted, at once when it is already, and before the program's listeners. Returns a
// function that takes the steps back.
exports.addAbortSteps = (signal, steps) => {
  if (!signal.aborted) return addSteps(signal, steps);
  steps(signal.reason);
  return () => {};
};

// For the runtime: a signal, and the function that aborts it.
exports.makeSignal = () => {
  const signal = new AbortSignal(RUNTIME);
  return { signal, abort: (reason = abortError()) => abort(signal, reason) };
};
