// Cases that must fail, so that the harness is known to notice each kind of failure, and one that must not.

test("passes", () => assertEquals({ a: [1, NaN] }, { a: [1, NaN] }));
test("throws", () => {
  throw new TypeError("told");
});
test("differs", () => assertEquals({ a: [1] }, { a: [2] }));
test("rejects", async () => {
  await null;
  throw new Error("later");
});
test("never settles", () => new Promise(() => {}));
test("reports an uncaught error", () => reportError(new Error("unseen")));
test("rejects and nobody looks", () => {
  Promise.reject(new Error("alone"));
  return new Promise((resolve) => setTimeout(resolve, 5));
});
test("throws nothing", () => assertThrows(() => 5, TypeError));
test("throws the wrong thing", () => assertThrows(() => null.x, RangeError));
test("passes late", () => new Promise((resolve) => setTimeout(resolve, 1e6)));
test("passes with asynchronous WebAssembly", async () => {
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  assert((await WebAssembly.compile(empty)) instanceof WebAssembly.Module);
});
