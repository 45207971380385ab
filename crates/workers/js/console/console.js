// The global `console`. Every call ends in `native.console.log(level, text, place)`, where the place is the file, line and
// column of the call, and the level one of debug, log, info, warn, error.
//
// Promises that no call throws, whatever it is given.

const { format } = require("console/format");
const { inspect } = require("console/inspect");
const { performance } = require("performance");
const { captureStackTrace } = Error;

let margin = "";
const counts = new Map();
const timers = new Map();

function write(level, text, caller) {
  const shown = margin === "" ? text : margin + text.replaceAll("\n", `\n${margin}`);
  native.console.log(level, shown, placeOf(caller));
}

// The frames of the program above `caller`, in the known form.
function frames(caller) {
  const note = { name: "", message: "" };
  captureStackTrace(note, caller);
  const { stack } = note;
  const from = stack.indexOf("\n    at ");
  return from < 0 ? "" : stack.slice(from);
}

// Where the program called; "" where a program has broken its own errors.
function placeOf(caller) {
  try {
    const limit = Error.stackTraceLimit;
    // One frame is enough, and there are a few of the runtime's before it.
    Error.stackTraceLimit = 8;
    const text = frames(caller);
    Error.stackTraceLimit = limit;
    const [, first = ""] = text.split("\n");
    return /\(([^()]*)\)$/.exec(first)?.[1] ?? first.replace(/^ *at (?:async )?/, "");
  } catch {
    return "";
  }
}

function textOf(args) {
  try {
    return format(args);
  } catch (error) {
    return `[console: the arguments cannot be shown: ${safely(() => String(error))}]`;
  }
}

function safely(body) {
  try {
    return body();
  } catch {
    return "an error that cannot be shown";
  }
}

const label = (value) => safely(() => `${value}`);

function elapsed(name) {
  const ms = performance.now() - timers.get(name);
  if (ms < 1000) return `${Number(ms.toFixed(3))}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(3)}s`;
  return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, "0")} (m:ss.mmm)`;
}

const methods = {
  debug(...args) {
    write("debug", textOf(args), methods.debug);
  },
  error(...args) {
    write("error", textOf(args), methods.error);
  },
  info(...args) {
    write("info", textOf(args), methods.info);
  },
  log(...args) {
    write("log", textOf(args), methods.log);
  },
  warn(...args) {
    write("warn", textOf(args), methods.warn);
  },
  dir(value = undefined, options = undefined) {
    write("log", safely(() => inspect(value, { customInspect: false, ...options })), methods.dir);
  },
  dirxml(...args) {
    write("log", textOf(args), methods.dirxml);
  },
  table(data = undefined, properties = undefined) {
    let text = null;
    try {
      text = require("console/table").table(data, properties);
    } catch {
      // Then it is shown as any other value.
    }
    write("log", text ?? textOf([data]), methods.table);
  },
  trace(...args) {
    const head = args.length === 0 ? "Trace" : `Trace: ${textOf(args)}`;
    write("log", head + safely(() => frames(methods.trace)), methods.trace);
  },
  group(...args) {
    if (args.length > 0) write("log", textOf(args), methods.group);
    margin += "  ";
  },
  groupCollapsed(...args) {
    if (args.length > 0) write("log", textOf(args), methods.groupCollapsed);
    margin += "  ";
  },
  groupEnd() {
    margin = margin.slice(2);
  },
  clear() {},
  count(name = "default") {
    const key = label(name);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    write("log", `${key}: ${count}`, methods.count);
  },
  assert(condition = false, ...args) {
    if (condition) return;
    const [first, ...rest] = args;
    if (args.length === 0) write("error", "Assertion failed", methods.assert);
    else if (typeof first === "string") write("error", textOf([`Assertion failed: ${first}`, ...rest]), methods.assert);
    else write("error", textOf(["Assertion failed:", ...args]), methods.assert);
  },
  countReset(name = "default") {
    const key = label(name);
    if (!counts.delete(key)) write("warn", `Count for '${key}' does not exist`, methods.countReset);
  },
  profile() {},
  profileEnd() {},
  time(name = "default") {
    const key = label(name);
    if (timers.has(key)) return write("warn", `Timer '${key}' already exists`, methods.time);
    timers.set(key, performance.now());
  },
  timeLog(name = "default", ...args) {
    const key = label(name);
    if (!timers.has(key)) return write("warn", `Timer '${key}' does not exist`, methods.timeLog);
    const head = `${key}: ${elapsed(key)}`;
    write("log", args.length === 0 ? head : `${head} ${textOf(args)}`, methods.timeLog);
  },
  timeEnd(name = "default") {
    const key = label(name);
    if (!timers.has(key)) return write("warn", `Timer '${key}' does not exist`, methods.timeEnd);
    write("log", `${key}: ${elapsed(key)}`, methods.timeEnd);
    timers.delete(key);
  },
  timeStamp() {},
};

exports.console = Object.create({}, Object.getOwnPropertyDescriptors(methods));
Object.defineProperty(exports.console, Symbol.toStringTag, { value: "console", configurable: true });
