// setTimeout, setInterval and their clearing. The host keeps the time; the callbacks stay here.
// Source: workers-api.md 1.5 and 9.

const context = require("context");
const { DOMException } = require("dom_exception");
const budgets = require("budget");
const { isForeign } = require("invocation");
const { reportException } = require("events");
const { wrongField, wrongParameter } = require("interface");
const { OwnedTable } = require("owned_table");

const { apply } = Reflect;

const TIMERS_MAX = 10_000;
const DELAY_MAX_MS = 2 ** 31 - 1;

// The program's: id -> { callback, args, interval, owner, section, invocation, isHidden, budget, since }
const timers = new OwnedTable();
// The runtime's own: id -> { callback, owner }
const own = new OwnedTable();

function start(callback, delay, args, repeats, name) {
  if (typeof callback !== "function") {
    throw new TypeError(
      `Failed to execute '${name}' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'function'.`,
    );
  }
  let ms = +delay;
  if (!(ms > 0)) ms = 0;
  if (ms > DELAY_MAX_MS) ms = DELAY_MAX_MS;
  if (timers.size >= TIMERS_MAX) {
    throw new DOMException(
      "You have exceeded the number of active timers you may set. Max active timers: 10000",
      "QuotaExceededError",
    );
  }
  const id = native.timers.start(ms, context.owner, context.section);
  enter(id, callback, args, repeats ? ms : -1, false);
  return id;
}

// Nobody asks how old those of stateless Workers are.
const age = (owner) => (owner === 0 ? 0 : Date.now());

function enter(id, callback, args, interval, isHidden, { owner, section, invocation } = context, budget = budgets.own()) {
  timers.set(id, { callback, args, interval, owner, section, invocation, isHidden, budget, since: age(owner) });
}

// A function that calls another in a turn of this event, when there is anything left of it then.
exports.returner = () => {
  const { owner, section, invocation } = context;
  const from = { owner, section, invocation };
  const budget = budgets.own();
  return (callback, ...args) => {
    if (!invocation?.isCut) enter(native.timers.start(0, owner, section), callback, args, -1, true, from, budget);
  };
};

function cancel(id) {
  if ((timers.take(id) ?? own.take(id)) !== undefined) native.timers.cancel(id);
}

// The program may clear what it started itself, unless another request did.
function clear(given, name) {
  if (given.length === 0) throw wrongParameter(name, "ServiceWorkerGlobalScope", 1, "Number");
  const number = +given[0];
  const timer = timers.get(number);
  if (timer === undefined || timer.isHidden) return;
  if (context.isCertain && isForeign(timer.invocation, context.invocation)) return;
  cancel(number);
}

exports.setTimeout = function setTimeout(callback, delay = 0, ...args) {
  return start(callback, delay, args, false, "setTimeout");
};

exports.setInterval = function setInterval(callback, delay = 0, ...args) {
  return start(callback, delay, args, true, "setInterval");
};

exports.clearTimeout = function clearTimeout() {
  clear(arguments, "clearTimeout");
};

exports.clearInterval = function clearInterval() {
  clear(arguments, "clearInterval");
};

// `scheduler.wait(ms, { signal })`.
exports.scheduler = {
  wait(delay, options = undefined) {
    const isComplete = arguments.length > 0;
    return require("durable/operations").promised(() => {
      if (!isComplete) throw wrongParameter("wait", "Scheduler", 1, "number");
      const signal = signalOf(options);
      return new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const id = start(resolve, delay, [], false, "wait");
        if (signal) {
          require("abort").addAbortSteps(signal, () => {
            cancel(id);
            reject(signal.reason);
          });
        }
      });
    });
  },
};

function signalOf(options) {
  if (options === undefined || options === null) return undefined;
  if (typeof options !== "object" && typeof options !== "function") throw wrongParameter("wait", "Scheduler", 2, "WaitOptions");
  const signal = options.signal ?? undefined;
  if (signal !== undefined && !require("abort").isSignal(signal)) throw wrongField("signal", "WaitOptions", "AbortSignal");
  return signal;
}

// The host says that timer `id` is due.
exports.fire = (id) => {
  const ours = own.take(id);
  if (ours !== undefined) {
    context.invocation = null;
    ours.callback();
    return;
  }
  const timer = timers.get(id);
  if (timer === undefined) return;
  if (!budgets.resume(timer.budget)) {
    timers.take(id);
    return;
  }
  if (timer.interval < 0) {
    timers.take(id);
  } else {
    native.timers.again(id, timer.interval, timer.owner, timer.section);
  }
  context.invocation = timer.invocation;
  try {
    const { callback, args } = timer;
    apply(callback, globalThis, args);
  } catch (error) {
    reportException(error);
  }
};

// A timer of the runtime's own, which no limit counts, no invocation ends and nobody waits for.
exports.after = (ms, callback) => {
  const { owner, section } = context;
  const id = native.timers.start(ms, owner, section);
  own.set(id, { callback, owner });
  return id;
};

exports.cancel = cancel;

// The time of `invocation` is up, and its timers are gone.
exports.drop = (invocation) => {
  for (const [id, timer] of timers.all()) if (timer.invocation?.root === invocation) cancel(id);
};

// When the latest timer that `owner` waits for was started, in milliseconds since 1970.
exports.since = (owner) => timers.since(owner);

// Whether `owner` waits for a timer.
exports.isPending = (owner) => timers.has(owner);

// `owner` is gone and so are its timers.
exports.forget = (owner) => {
  for (const id of [...timers.takeOf(owner), ...own.takeOf(owner)]) native.timers.cancel(id);
};
