// What the tests under tests/js find besides the runtime's globals. The value of this script is a function that takes
// the harness's side and gives what the harness calls.
//
//   test(name, body)                          a case; `body` may be async
//   assert(condition, message)
//   assertEquals(actual, expected, message)   deep: arrays, plain objects, Map, Set, bytes, errors; NaN equals NaN
//   assertThrows(body, kind, message)         `kind` is a class or the name of a DOMException; `message` text or RegExp;
//   await assertRejects(promise, kind, message)   both give the error
//   takeUncaught(), takeLogs()                what was reported or logged since; an uncaught error nobody took fails the case
//   require(module), native, mock(module, exports)   the runtime's own modules, and another in the place of one
//
// Timers run in the order they are due, without waiting: when nothing else is left to do, the clock is put forward.

(function (require, native, mock, report) {
  "use strict";

  const cases = [];
  let uncaught = [];
  let logs = [];
  let abandon;
  let done = false;

  const timers = [];
  let clock = 0;
  let lastTimer = 0;
  const addTimer = (id, ms) => {
    timers.push({ id, due: clock + ms });
    timers.sort((left, right) => left.due - right.due || left.id - right.id);
    return id;
  };
  native.timers ??= {
    start: (ms) => addTimer(++lastTimer, ms),
    again: (id, ms) => addTimer(id, Math.max(ms, 1)),
    cancel(id) {
      const index = timers.findIndex((timer) => timer.id === id);
      if (index >= 0) timers.splice(index, 1);
    },
  };
  native.turns ??= { previous: () => 0, continues() {}, isRunning: () => true };
  native.host ??= {};
  native.host.logUncaught = (error) => uncaught.push(error);
  native.console ??= {};
  native.console.log = (level, text, place) => logs.push({ level, text, place });

  const show = (value) => {
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (value instanceof Error) return `[${value}]`;
    if (value instanceof Uint8Array) return `Uint8Array [${value.join()}]`;
    if (typeof value === "object" && value !== null) {
      try {
        return JSON.stringify(value, (_, part) => (part === undefined ? "undefined" : part)) ?? String(value);
      } catch {
        return Object.prototype.toString.call(value);
      }
    }
    return Object.is(value, -0) ? "-0" : String(value);
  };

  function equal(left, right) {
    if (Object.is(left, right)) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return false;
    if (left instanceof Date) return left.getTime() === right.getTime();
    if (left instanceof RegExp) return String(left) === String(right);
    if (left instanceof Error) return left.name === right.name && left.message === right.message;
    if (left instanceof ArrayBuffer) return equal(new Uint8Array(left), new Uint8Array(right));
    if (left instanceof Map) return equal([...left], [...right]);
    if (left instanceof Set) return equal([...left], [...right]);
    const keys = Object.keys(left);
    if (keys.length !== Object.keys(right).length) return false;
    if (Array.isArray(left) && left.length !== right.length) return false;
    return keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
  }

  const fail = (message) => {
    throw new Error(message);
  };

  function check(error, kind, message) {
    if (typeof kind === "string") {
      if (error?.name !== kind) fail(`expected ${kind}, got ${show(error)}`);
      if (!(error instanceof DOMException)) fail(`expected a DOMException, got ${show(error)}`);
    } else if (kind !== undefined && error?.constructor !== kind) {
      fail(`expected ${kind.name}, got ${show(error)}`);
    }
    if (typeof message === "string" && error.message !== message) {
      fail(`expected the message\n  ${show(message)}, got\n  ${show(error.message)}`);
    }
    if (message instanceof RegExp && !message.test(error.message)) {
      fail(`expected a message like ${message}, got ${show(error.message)}`);
    }
    return error;
  }

  const globals = {
    require,
    native,
    mock,
    test: (name, body) => cases.push({ name, body }),
    assert: (condition, message = "assertion failed") => condition || fail(message),
    assertEquals(actual, expected, message = "") {
      if (equal(actual, expected)) return;
      fail(`${message ? `${message}: ` : ""}expected\n  ${show(expected)}, got\n  ${show(actual)}`);
    },
    assertThrows(body, kind, message) {
      let result;
      try {
        result = body();
      } catch (error) {
        return check(error, kind, message);
      }
      return fail(`expected an error, got ${show(result)}`);
    },
    async assertRejects(promise, kind, message) {
      let result;
      try {
        result = await (typeof promise === "function" ? promise() : promise);
      } catch (error) {
        return check(error, kind, message);
      }
      return fail(`expected a rejection, got ${show(result)}`);
    },
    takeUncaught() {
      const taken = uncaught;
      uncaught = [];
      return taken;
    },
    takeLogs() {
      const taken = logs;
      logs = [];
      return taken;
    },
  };
  for (const name of Object.keys(globals)) {
    Object.defineProperty(globalThis, name, { value: globals[name], writable: true, configurable: true });
  }

  const describe = (error) => {
    const text = String(require("stack").stackOf(error) ?? error);
    return text.includes("\n    at") ? text : `${text}`;
  };

  async function runCase({ name, body }) {
    const { promise: abandoned, reject } = Promise.withResolvers();
    abandon = () => reject(new Error("does not settle"));
    uncaught = [];
    logs = [];
    try {
      await Promise.race([new Promise((resolve) => resolve(body())), abandoned]);
      if (uncaught.length > 0) throw uncaught[0];
      report(name, "");
    } catch (error) {
      report(name, describe(error) || "failed");
    }
  }

  return {
    async run() {
      for (const each of cases) await runCase(each);
      done = true;
    },
    isDone: () => done,
    // Runs the timer that is due first. Says whether there was one.
    advance() {
      const timer = timers.shift();
      if (timer === undefined) return false;
      clock = Math.max(clock, timer.due);
      require("timers").fire(timer.id);
      return true;
    },
    // Nothing is left that could end the case under way.
    abandon: () => abandon(),
    rejected: (promise, reason) => require("events").reportRejection(promise, reason),
  };
});
