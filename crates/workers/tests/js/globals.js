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
});

test("flags are known to programs", () => {
  assertEquals(Cloudflare.compatibilityFlags.rpc, true);
  assertEquals(Cloudflare.compatibilityFlags.pedantic_wpt, false);
  assert(Object.isFrozen(Cloudflare.compatibilityFlags));
  assertEquals(require("flags"), Cloudflare.compatibilityFlags);
});

test("frames of the runtime are hidden, those of the program are in the known form", () => {
  function outer() {
    return new DOMException("text", "AbortError");
  }
  const stack = require("stack").stackOf(outer());
  assert(stack.startsWith("AbortError: text\n    at outer (js/globals.js:"), stack);
  assert(!stack.includes("holdfast:"), stack);
});

test("every global can be made, and classes know their names", () => {
  native.sockets ??= { words: new Int32Array(9), payloads: [], flush() {} };
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const { get } = Object.getOwnPropertyDescriptor(globalThis, name);
    if (get === undefined) continue;
    const value = globalThis[name];
    assert(value !== undefined, name);
    if (/^[A-Z]/.test(name) && typeof value === "function") assertEquals(value.name, name);
  }
});
