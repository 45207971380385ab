// The global console: levels, groups, counters, places, and values that resist being shown.

const { inspect } = require("console/inspect");

const texts = () => takeLogs().map((entry) => entry.text);

test("each method has its level", () => {
  console.log("a", 1);
  console.info("b");
  console.debug("c");
  console.warn("d");
  console.error("e");
  const logs = takeLogs().map(({ level, text }) => `${level} ${text}`);
  assertEquals(logs, ["log a 1", "info b", "debug c", "warn d", "error e"]);
});

test("a call tells its place", () => {
  function here() {
    console.log("x");
  }
  here();
  console.count();
  const [first, second] = takeLogs();
  assertEquals(first.place, "js/console.js:19:16");
  assertEquals(second.place, "js/console.js:22:16");
});

test("methods need no this", () => {
  const { log, count } = console;
  log("x");
  count("y");
  assertEquals(texts(), ["x", "y: 1"]);
  assertEquals(Object.prototype.toString.call(console), "[object console]");
});

test("groups indent every line", () => {
  console.group("one");
  console.log("a\nb");
  console.groupCollapsed();
  console.log("c");
  console.groupEnd();
  console.groupEnd();
  console.groupEnd();
  console.log("d");
  assertEquals(texts(), ["one", "  a\n  b", "    c", "d"]);
});

test("counters and timers", () => {
  console.countReset();
  console.count();
  console.count("x");
  console.count();
  console.countReset();
  console.count();
  console.countReset("unknown");
  assertEquals(texts(), ["default: 1", "x: 1", "default: 2", "default: 1", "Count for 'unknown' does not exist"]);
  console.time("100%");
  console.time("100%");
  console.timeLog("100%", { a: 1 });
  console.timeEnd("100%");
  console.timeEnd("100%");
  const shown = texts().map((text) => text.replace(/[\d.]+ms/, "Nms"));
  const expected = ["Timer '100%' already exists", "100%: Nms { a: 1 }", "100%: Nms", "Timer '100%' does not exist"];
  assertEquals(shown, expected);
});

test("assertions", () => {
  console.assert(true, "no");
  console.assert(false);
  console.assert(0, "text %d", 5);
  console.assert(false, { a: 1 });
  const logs = takeLogs();
  assertEquals(
    logs.map(({ text }) => text),
    ["Assertion failed", "Assertion failed: text 5", "Assertion failed: { a: 1 }"],
  );
  assert(logs.every(({ level }) => level === "error"));
});

test("tables", () => {
  console.table([{ a: 1, b: "x" }, { a: 2, c: true }]);
  console.table(5);
  console.table([1, [2]], ["0"]);
  const [table, number] = texts();
  const expected = [
    "┌─────────┬───┬─────┬──────┐",
    "│ (index) │ a │ b   │ c    │",
    "├─────────┼───┼─────┼──────┤",
    "│ 0       │ 1 │ 'x' │      │",
    "│ 1       │ 2 │     │ true │",
    "└─────────┴───┴─────┴──────┘",
  ];
  assertEquals([table, number], [expected.join("\n"), "5"]);
});

test("trace shows where it was called", () => {
  function outer() {
    console.trace("at %s", "home");
  }
  outer();
  const [text] = texts();
  assert(/^Trace: at home\n    at outer \(js\/console\.js:\d+:\d+\)\n/.test(text), text);
});

test("dir takes options", () => {
  console.dir({ a: { b: { c: {} } } }, { depth: 0 });
  assertEquals(texts(), ["{ a: [Object] }"]);
});

test("errors are shown with their stack in the known form", () => {
  function thrower() {
    return new TypeError("text");
  }
  console.log(thrower());
  const [text] = texts();
  assert(/^TypeError: text\n    at thrower \(js\/console\.js:\d+:\d+\)\n/.test(text), text);
  assert(!text.includes("holdfast:") && !text.includes("{"), text);
});

test("errors show cause, own properties and class", () => {
  const error = new Error("outer", { cause: new RangeError("inner") });
  error.code = "E1";
  const text = inspect({ error });
  assert(/^\{\n  error: Error: outer\n      at .*\{\n/s.test(text), text);
  assert(/\n    code: 'E1',\n    \[cause\]: RangeError: inner\n        at /.test(text), text);
  class ValidationError extends Error {}
  assert(inspect(new ValidationError("text")).startsWith("ValidationError: text\n"));
  const bare = new Error("text");
  bare.stack = undefined;
  assertEquals(inspect(bare), "[Error: text]");
  assert(inspect(new AggregateError([1, 2], "text")).includes("[errors]: [ 1, 2 ]"));
  assert(inspect(new DOMException("text", "AbortError")).startsWith("DOMException [AbortError]: text"));
});

test("promises, proxies and arguments", () => {
  assertEquals(inspect(Promise.resolve(1)), "Promise { ... }");
  assertEquals(inspect(new Proxy({ a: 1 }, {})), "Proxy({ a: 1 })");
  assertEquals((function () { return inspect(arguments); })(1, 2), "[Arguments] [ 1, 2 ]");
  assertEquals(inspect([1].values()), "Object [Array Iterator] {}");
});

test("objects of the runtime show their attributes", () => {
  const url = inspect(new URL("http://host/path?a=1"));
  assert(url.startsWith("URL {\n  ") && url.includes("pathname: '/path'"), url);
  assert(url.includes("searchParams: URLSearchParams(1) { 'a' => '1' }"), url);
  assert(inspect(new AbortController()).startsWith("AbortController {"), inspect(new AbortController()));
  assert(inspect(new Event("x")).includes("type: 'x'"));
  assertEquals(inspect({ a: { b: { c: new Event("x") } } }), "{ a: { b: { c: [Event] } } }");
});

test("a program may say how its objects are shown", () => {
  const custom = Symbol.for("nodejs.util.inspect.custom");
  assertEquals(inspect({ [custom]: () => "mine\nand" , a: 1 }), "mine\nand");
  assertEquals(inspect({ x: { [custom]: () => ({ y: 1 }) } }), "{ x: { y: 1 } }");
  const throwing = { [custom]() { throw new Error("no"); } };
  assertEquals(inspect([throwing]), "[ [Object that cannot be shown] ]");
});

test("nothing that is shown makes a call throw", () => {
  const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
  revoke();
  const trap = () => {
    throw new Error("trap");
  };
  const traps = { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap, getPrototypeOf: trap };
  const deep = [];
  let inner = deep;
  for (let i = 0; i < 100000; i++) inner = inner[0] = [];
  const nameless = function () {};
  Object.defineProperty(nameless, "name", { get: trap });
  const hostile = [
    proxy,
    new Proxy({}, traps),
    new Proxy(() => {}, traps),
    Object.create(new Proxy({}, traps)),
    { get a() { throw new Error("getter"); } },
    { get [Symbol.toStringTag]() { throw new Error("tag"); } },
    { constructor: { get name() { throw new Error("name"); } } },
    { get constructor() { throw new Error("constructor"); } },
    { toString: trap, [Symbol.toPrimitive]: trap },
    { toJSON: trap },
    Object.assign(new Error("x"), { name: { toString: trap } }),
    Object.defineProperty(new Error("x"), "stack", { get: trap }),
    Object.defineProperty(new Error("x"), "message", { get: trap }),
    nameless,
    class { static get name() { throw new Error("name"); } },
    Object.create(Map.prototype),
    Object.create(URL.prototype),
    deep,
    Symbol("x"),
    Object.create(null),
  ];
  for (const value of hostile) {
    for (const directive of ["", "%s", "%d", "%i", "%f", "%j", "%o", "%O", "%c"]) console.log(directive, value);
    console.log(value);
    console.dir(value, { depth: null });
    console.table(value);
    console.table([value]);
    console.trace(value);
    console.assert(false, value);
    console.group(value);
    console.groupEnd();
    console.count(value);
    console.countReset(value);
    console.time(value);
    console.timeLog(value, value);
    console.timeEnd(value);
  }
  assert(takeLogs().length >= hostile.length * 19);
});


test("getters are not called", () => {
  let called = false;
  console.log({
    get a() {
      called = true;
      return 1;
    },
  });
  assertEquals([texts()[0], called], ["{ a: [Getter] }", false]);
});

test("long things are cut", () => {
  const text = inspect(new Array(1e6).fill(0));
  assert(text.endsWith("... 999900 more items\n]"));
  assert(inspect("x".repeat(10005)).endsWith("xxx'... 5 more characters"));
  const gap = [];
  gap[4e9] = 1;
  assertEquals(inspect(gap), "[ <4000000000 empty items>, 1 ]");
});

test("a program that breaks its own errors still logs", () => {
  const { captureStackTrace, stackTraceLimit } = Error;
  const { performance } = globalThis;
  Error.captureStackTrace = null;
  Object.defineProperty(Error, "stackTraceLimit", { value: stackTraceLimit, writable: false });
  globalThis.performance = null;
  console.log("x");
  console.time("broken");
  console.timeEnd("broken");
  console.trace("y");
  Object.defineProperty(Error, "stackTraceLimit", { writable: true });
  Object.assign(Error, { captureStackTrace });
  globalThis.performance = performance;
  assertEquals(texts().length, 3);
});
