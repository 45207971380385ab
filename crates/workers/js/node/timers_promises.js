// `node:timers/promises`: timers that are awaited.
// Source: the "Timers" page of Node's documentation.

const timers = require("timers");
const errors = require("node/errors");
const { addAbortSteps, isSignal } = require("abort");

// What an awaited timer is rejected with when its signal is aborted.
class AbortError extends Error {
  code = "ABORT_ERR";
  name = "AbortError";

  constructor(cause) {
    super("The operation was aborted", { cause });
  }
}

const abortError = (cause) => new AbortError(cause);

function optionsFrom(options) {
  if (options === null || typeof options !== "object") throw errors.invalidArgumentType("options", "object", options);
  const { signal, ref = true } = options;
  if (signal !== undefined && !isSignal(signal)) throw errors.invalidArgumentType("options.signal", "AbortSignal", signal);
  if (typeof ref !== "boolean") throw errors.invalidArgumentType("options.ref", "boolean", ref);
  return signal;
}

function wait(delay, value, signal) {
  if (signal?.aborted) return Promise.reject(abortError(signal.reason));
  return new Promise((resolve, reject) => {
    let forget;
    const id = timers.setTimeout(() => {
      forget?.();
      resolve(value);
    }, delay);
    if (signal === undefined) return;
    forget = addAbortSteps(signal, (reason) => {
      timers.clearTimeout(id);
      reject(abortError(reason));
    });
  });
}

function checkDelay(delay) {
  if (delay !== undefined && typeof delay !== "number") throw errors.invalidArgumentType("delay", "number", delay);
}

async function setTimeout(delay, value, options = {}) {
  checkDelay(delay);
  return wait(delay, value, optionsFrom(options));
}

async function setImmediate(value, options = {}) {
  return wait(0, value, optionsFrom(options));
}

// Yields `value` each time, from the end of one wait to the end of the next.
async function* setInterval(delay, value, options = {}) {
  checkDelay(delay);
  const signal = optionsFrom(options);
  if (signal?.aborted) throw abortError(signal.reason);
  let due = 0;
  let wake;
  let fail;
  const id = timers.setInterval(() => {
    due++;
    wake?.();
  }, delay);
  const forget =
    signal === undefined
      ? undefined
      : addAbortSteps(signal, (reason) => {
          timers.clearInterval(id);
          fail?.(abortError(reason));
        });
  try {
    for (;;) {
      if (due === 0) {
        if (signal?.aborted) throw abortError(signal.reason);
        await new Promise((resolve, reject) => {
          wake = resolve;
          fail = reject;
        });
      }
      for (; due > 0; due--) yield value;
    }
  } finally {
    timers.clearInterval(id);
    forget?.();
  }
}

class Scheduler {
  async wait(delay, options = {}) {
    checkDelay(delay);
    return wait(delay, undefined, optionsFrom(options));
  }

  async yield() {
    return wait(0, undefined, undefined);
  }
}

const scheduler = new Scheduler();

Object.assign(exports, { setTimeout, setImmediate, setInterval, scheduler });
exports.default = { setTimeout, setImmediate, setInterval, scheduler };
