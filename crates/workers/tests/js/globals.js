test("globals become ordinary properties when touched", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "URL");
  assertEquals(typeof before.get, "function");
  assertEquals(before.enumerable, false);
  assertEquals(URL, URL);
  const after = Object.getOwnPropertyDescriptor(globalThis, "URL");
  assertEquals([after.value === URL, after.writable, after.enumerable, after.configurable], [true, true, false, true]);
});

test("a program may replace a global it never touched", () => {
  globalThis.atob = 5;
  assertEquals(atob, 5);
});

test("the global object is itself", () => {
  assertEquals([self === globalThis, self instanceof ServiceWorkerGlobalScope, origin], [true, true, "null"]);
  assertEquals(Object.prototype.toString.call(globalThis), "[object ServiceWorkerGlobalScope]");
});

test("flags are known to programs", () => {
  assertEquals(Cloudflare.compatibilityFlags.rpc, true);
  assertEquals(Cloudflare.compatibilityFlags.pedantic_wpt, false);
  assert(Object.isFrozen(Cloudflare.compatibilityFlags));
  assertEquals(require("flags"), Cloudflare.compatibilityFlags);
});

test("stacks in the form people know", () => {
  const { stackOf } = require("stack");
  function outer() {
    return new TypeError("text");
  }
  const stack = stackOf(outer());
  assert(stack.startsWith("TypeError: text\n    at outer (js/globals.js:"), stack);
  const called = [1].map(() => new Error("in native code"))[0];
  assert(!/@|native/.test(stackOf(called).slice(21)), stackOf(called));
  for (const kept of ["custom", "", "Error: x\n    at f (a.js:1:2)"]) {
    const error = new Error("x");
    error.stack = kept;
    assertEquals(stackOf(error), kept === "" ? "Error: x" : kept);
  }
  assertEquals([stackOf({ stack: "a@b" }), stackOf(5), stackOf(null)], ["a@b", undefined, undefined]);
});

test("a DOMException's stack is in that form, without frames of the runtime", () => {
  function outer() {
    return new AbortController().signal.throwIfAborted() ?? new DOMException("text", "AbortError");
  }
  const { stack } = outer();
  assert(stack.startsWith("AbortError: text\n    at outer (js/globals.js:"), stack);
  assert(!stack.includes("holdfast:"), stack);
});

test("captureStackTrace", () => {
  class Mine extends Error {
    constructor(message) {
      super(message);
      Error.captureStackTrace(this, Mine);
    }
    get name() {
      return "Mine";
    }
  }
  function outer() {
    return new Mine("text");
  }
  assert(outer().stack.startsWith("Mine: text\n    at outer (js/globals.js:"), outer().stack);
  const plain = {};
  Error.captureStackTrace(plain);
  assert(plain.stack.includes("\n    at js/globals.js:") || /\n {4}at .*\(js\/globals.js:/.test(plain.stack), plain.stack);
});

test("every global can be made, and classes know their names", () => {
  native.sockets ??= { words: new Int32Array(9), texts: new Int32Array(9), payloads: [], flush() {} };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const { get } = Object.getOwnPropertyDescriptor(globalThis, name);
    if (get === undefined) continue;
    const value = globalThis[name];
    assert(value !== undefined, name);
    if (/^[A-Z]/.test(name) && typeof value === "function") assertEquals(value.name, name);
  }
});
