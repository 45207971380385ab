// What becomes of an exception nobody caught: the program's own "error" or "unhandledrejection" listeners hear of it,
// and unless one of them prevents it, it is logged. Source: HTML 8.1.4.6, workers-api.md 9.

let reporting = false;

// Where `error` was thrown, as far as its stack says.
function place(error) {
  const { stackOf } = require("stack");
  const stack = error instanceof Error ? stackOf(error) : undefined;
  const match = typeof stack === "string" ? /\n {4}at (?:.*\()?(.*?):(\d+):(\d+)\)?/.exec(stack) : null;
  return match === null
    ? { filename: "", lineno: 0, colno: 0 }
    : { filename: match[1], lineno: +match[2], colno: +match[3] };
}

function text(error) {
  try {
    return `Uncaught ${error}`;
  } catch {
    return "Uncaught exception";
  }
}

// Tells the program, and says whether it took care of it. What its listeners throw is only logged.
function announce(type, makeEvent) {
  const events = require("events");
  if (reporting || !events.hasListeners(globalThis, type)) return false;
  reporting = true;
  try {
    const event = makeEvent();
    events.dispatch(globalThis, event);
    return event.defaultPrevented;
  } finally {
    reporting = false;
  }
}

// An exception that reached the top.
exports.reportException = (error) => {
  const handled = announce("error", () => {
    const { ErrorEvent } = require("event_types");
    return new ErrorEvent("error", { message: text(error), error, ...place(error), cancelable: true });
  });
  if (!handled) native.host?.logUncaught(error);
};

// A promise that was rejected and has no handler when the microtasks are done.
exports.reportRejection = (promise, reason) => {
  if (require("events").hasListeners(globalThis, "rejectionhandled")) watchForHandler(promise);
  const handled = announce("unhandledrejection", () => {
    const { makeRejectionEvent } = require("event_types");
    return makeRejectionEvent("unhandledrejection", promise, reason);
  });
  if (!handled) native.host?.logUncaught(reason);
};

const { apply } = Reflect;
const nativeThen = Promise.prototype.then;

// Tells the program when somebody handles `promise` after all. The engine does not say so: `then` is watched, and `catch`
// and `finally`, which call it; an `await` is not seen.
function watchForHandler(promise) {
  const watched = function then(...handlers) {
    delete promise.then;
    require("microtasks").queueMicrotask(() => {
      const events = require("events");
      events.dispatch(globalThis, events.makeRejectionEvent("rejectionhandled", promise, undefined));
    });
    return apply(nativeThen, promise, handlers);
  };
  Object.defineProperty(promise, "then", { value: watched, writable: true, enumerable: false, configurable: true });
}

// The global function.
exports.reportError = function reportError(error) {
  if (arguments.length === 0) {
    throw new TypeError(
      "Failed to execute 'reportError' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Value'.",
    );
  }
  exports.reportException(error);
};
