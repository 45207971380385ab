// `node:assert`: what is equal, what is thrown for what is not, and what `throws` and `rejects` accept.

const { builtin } = require("builtins");
const strictAssert = builtin("node:assert");
const { AssertionError } = strictAssert;

const view = (Type, ...bytes) => new Type(new Uint8Array(bytes).buffer);
const cycle = (value) => {
  const made = { value };
  made.self = made;
  return made;
};
const sparse = (length, entries) => Object.assign(Array(length), entries);

// Each pair is made twice, so that nothing is equal by being the same object.
const EQUAL = {
  numbers: () => [NaN, NaN],
  nested: () => [{ a: [1, { b: "c" }] }, { a: [1, { b: "c" }] }],
  "another order of keys": () => [{ a: 1, b: 2 }, { b: 2, a: 1 }],
  holes: () => [sparse(3, { 1: "x" }), sparse(3, { 1: "x" })],
  dates: () => [new Date(5), new Date(5)],
  "invalid dates": () => [new Date(NaN), new Date(NaN)],
  patterns: () => [/a/gi, /a/gi],
  errors: () => [new TypeError("x", { cause: [1] }), new TypeError("x", { cause: [1] })],
  wrappers: () => [[Object(1), Object("s"), Object(1n), Object(true)], [Object(1), Object("s"), Object(1n), Object(true)]],
  buffers: () => [new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  views: () => [new Uint8Array([9, 1, 2]).subarray(1), new Uint8Array([1, 2])],
  "sets of objects": () => [new Set([{ a: 1 }, 2, { b: 1 }]), new Set([{ b: 1 }, { a: 1 }, 2])],
  "maps in another order": () => [new Map([["a", { x: 1 }], ["b", 2]]), new Map([["b", 2], ["a", { x: 1 }]])],
  "maps with objects as keys": () => [new Map([[{ k: 1 }, [1]]]), new Map([[{ k: 1 }, [1]]])],
  cycles: () => [cycle(1), cycle(1)],
  "no prototype": () => [Object.assign(Object.create(null), { a: 1 }), Object.assign(Object.create(null), { a: 1 })],
  symbols: () => [{ [Symbol.for("s")]: 1 }, { [Symbol.for("s")]: 1 }],
  "a proxy": () => [new Proxy([1, 2], {}), [1, 2]],
};
const UNEQUAL = {
  "a text and a number": () => ["1", 1],
  zeros: () => [0, -0],
  "null and undefined": () => [{ a: undefined }, { a: null }],
  "a missing property": () => [{ a: undefined }, {}],
  "a further property": () => [{ a: 1 }, { a: 1, b: 1 }],
  "a hole": () => [[undefined], sparse(1, {})],
  prototypes: () => [{}, Object.create(null)],
  "an array and an object": () => [[], {}],
  dates: () => [new Date(5), new Date(6)],
  flags: () => [/a/g, /a/i],
  "where a pattern stands": () => [Object.assign(/a/g, { lastIndex: 1 }), /a/g],
  "messages of errors": () => [new Error("a"), new Error("b")],
  "causes of errors": () => [new Error("a", { cause: 1 }), new Error("a", { cause: 2 })],
  "names of errors": () => [Object.assign(new Error("a"), { name: "X" }), new Error("a")],
  wrappers: () => [Object(1), Object(2)],
  "a wrapper and its value": () => [Object("s"), "s"],
  bytes: () => [new Uint8Array([1]), new Uint8Array([2])],
  "kinds of views": () => [view(Uint8Array, 1, 0), view(Uint16Array, 1, 0)],
  "zeros in a view": () => [new Float64Array([0]), new Float64Array([-0])],
  "sizes of sets": () => [new Set([1]), new Set([1, 2])],
  "members of sets": () => [new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }])],
  "values of maps": () => [new Map([["a", 1]]), new Map([["a", 2]])],
  "keys of maps": () => [new Map([["a", undefined]]), new Map([["b", undefined]])],
  "properties of a map": () => [Object.assign(new Map(), { x: 1 }), new Map()],
  "symbols as keys": () => [{ [Symbol("s")]: 1 }, { [Symbol("s")]: 1 }],
  "enumerable or not": () => [Object.defineProperty({}, "a", { value: 1 }), { a: 1 }],
  "shapes of cycles": () => [cycle(1), { value: 1, self: cycle(2) }],
  functions: () => [() => {}, () => {}],
  promises: () => [Promise.resolve(1), Promise.resolve(1)],
  "weak maps": () => [new WeakMap(), new WeakMap()],
};

test("deepStrictEqual", () => {
  for (const [name, make] of Object.entries(EQUAL)) {
    const [left, right] = make();
    strictAssert.deepStrictEqual(left, right);
    strictAssert.deepStrictEqual(right, left);
    const error = assertThrows(() => strictAssert.notDeepStrictEqual(left, right), AssertionError);
    assertEquals([error.code, error.operator], ["ERR_ASSERTION", "notDeepStrictEqual"], name);
  }
  for (const [name, make] of Object.entries(UNEQUAL)) {
    const [left, right] = make();
    strictAssert.notDeepStrictEqual(left, right);
    strictAssert.notDeepStrictEqual(right, left);
    const error = assertThrows(() => strictAssert.deepStrictEqual(left, right), AssertionError);
    assert(error.actual === left || Number.isNaN(left), name);
  }
});

test("partialDeepStrictEqual", () => {
  const { partialDeepStrictEqual } = strictAssert;
  partialDeepStrictEqual({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } });
  partialDeepStrictEqual([1, 2, 3], [1, 2]);
  partialDeepStrictEqual(new Set([1, 2]), new Set([2]));
  partialDeepStrictEqual(new Map([["a", { x: 1, y: 2 }]]), new Map([["a", { x: 1 }]]));
  assertThrows(() => partialDeepStrictEqual({ a: 1 }, { a: 1, b: 2 }), AssertionError);
  assertThrows(() => partialDeepStrictEqual([1], [1, 2]), AssertionError);
  assertThrows(() => partialDeepStrictEqual(new Date(1), new Date(2)), AssertionError);
});

test("an AssertionError says what was compared", () => {
  const error = assertThrows(() => strictAssert.equal(1, 2), AssertionError);
  assertEquals(Object.keys(error), ["generatedMessage", "code", "actual", "expected", "operator"]);
  assertEquals(
    [error.name, error.code, error.actual, error.expected, error.operator, error.generatedMessage],
    ["AssertionError", "ERR_ASSERTION", 1, 2, "strictEqual", true],
  );
  assertEquals(error.message, "Expected values to be strictly equal:\n\n1 !== 2\n");
  assertEquals(String(error), `AssertionError [ERR_ASSERTION]: ${error.message}`);
  const deep = assertThrows(() => strictAssert.deepEqual({ a: 1, b: [1] }, { a: 1, b: [2] }), AssertionError);
  assertEquals(
    deep.message,
    "Expected values to be strictly deep-equal:\n+ actual - expected\n\n+ { a: 1, b: [ 1 ] }\n- { a: 1, b: [ 2 ] }\n",
  );
  const same = assertThrows(() => strictAssert.strictEqual([1], [1]), AssertionError);
  assertEquals(same.message, "Values have same structure but are not reference-equal:\n\n[ 1 ]\n");
  const named = assertThrows(() => strictAssert.ok(0, "no"), AssertionError, "no");
  assertEquals([named.generatedMessage, named.actual, named.expected], [false, 0, true]);
  assertEquals(assertThrows(() => strictAssert.default(), AssertionError).message, "No value argument passed to `assert.ok()`");
  const own = new RangeError("mine");
  assert(assertThrows(() => strictAssert.equal(1, 2, own), RangeError) === own);
  assertEquals(assertThrows(() => strictAssert.strictEqual(1), TypeError).code, "ERR_MISSING_ARGS");
  assertEquals(assertThrows(() => strictAssert.fail(), AssertionError).message, "Failed");
});

test("throws", () => {
  const { throws, doesNotThrow } = strictAssert;
  const run = () => {
    throw Object.assign(new TypeError("boom"), { code: "E" });
  };
  throws(run);
  throws(run, TypeError);
  throws(run, Error);
  throws(run, /boom/);
  throws(run, /^TypeError: boom$/);
  throws(run, { message: "boom", code: "E" });
  throws(run, { message: /^bo+m$/, name: "TypeError" });
  throws(run, Object.assign(new TypeError("boom"), { code: "E" }));
  throws(run, (error) => error.code === "E");
  throws(run, "a message");
  assertThrows(() => throws(run, RangeError), AssertionError, /instance of "RangeError". Received "TypeError"/);
  assertThrows(() => throws(run, /other/), AssertionError, /did not match the regular expression \/other\//);
  assertThrows(() => throws(run, { message: "other" }), AssertionError);
  assertThrows(() => throws(run, { missing: 1 }), AssertionError);
  assertThrows(() => throws(run, () => false), AssertionError, /expected to return "true". Received false/);
  assertThrows(() => throws(run, TypeError("bang")), AssertionError);
  assertThrows(() => throws(() => {}), AssertionError, "Missing expected exception.");
  assertThrows(() => throws(() => {}, TypeError, "why"), AssertionError, "Missing expected exception (TypeError): why");
  assertThrows(() => throws(() => {}, "why"), AssertionError, "Missing expected exception: why");
  assertEquals(assertThrows(() => throws(run, "boom"), TypeError).code, "ERR_AMBIGUOUS_ARGUMENT");
  assertEquals(assertThrows(() => throws(run, {}), TypeError).code, "ERR_INVALID_ARG_VALUE");
  assertEquals(assertThrows(() => throws("x"), TypeError).code, "ERR_INVALID_ARG_TYPE");
  doesNotThrow(() => {});
  assertThrows(() => doesNotThrow(run), AssertionError, 'Got unwanted exception.\nActual message: "boom"');
  assertThrows(() => doesNotThrow(run, RangeError), TypeError, "boom");
});

test("rejects", async () => {
  const { rejects, doesNotReject } = strictAssert;
  const run = async () => {
    throw new RangeError("boom");
  };
  await rejects(run);
  await rejects(run(), RangeError);
  await rejects(run(), { name: "RangeError", message: "boom" });
  await rejects(run, /boom/);
  await assertRejects(rejects(async () => 1), AssertionError, "Missing expected rejection.");
  await assertRejects(rejects(Promise.resolve(), TypeError), AssertionError, "Missing expected rejection (TypeError).");
  await assertRejects(rejects(run, TypeError), AssertionError, /instance of "TypeError"/);
  assertEquals((await assertRejects(rejects(() => 1), TypeError)).code, "ERR_INVALID_RETURN_VALUE");
  assertEquals((await assertRejects(rejects(1), TypeError)).code, "ERR_INVALID_ARG_TYPE");
  await doesNotReject(Promise.resolve());
  await assertRejects(doesNotReject(run), AssertionError, 'Got unwanted rejection.\nActual message: "boom"');
});

test("match and ifError", () => {
  strictAssert.match("hello", /l+/);
  strictAssert.doesNotMatch("hello", /x/);
  assertThrows(() => strictAssert.match("hello", /x/), AssertionError, /did not match the regular expression \/x\//);
  assertThrows(() => strictAssert.doesNotMatch("hello", /l/), AssertionError);
  assertThrows(() => strictAssert.match(1, /1/), AssertionError, /Received type number \(1\)/);
  strictAssert.ifError(null);
  strictAssert.ifError(undefined);
  assertThrows(() => strictAssert.ifError(new Error("x")), AssertionError, "ifError got unwanted exception: x");
  assertThrows(() => strictAssert.ifError(0), AssertionError, "ifError got unwanted exception: 0");
});

test("the module is a function, with a strict twin", () => {
  const { default: whole, strict } = strictAssert;
  whole(true);
  strict(true);
  assertThrows(() => whole(false), AssertionError);
  assertThrows(() => strict(""), AssertionError);
  assertThrows(() => strict.equal("1", 1), AssertionError);
  assert(whole.strict === strict && strict.strict === strict);
  assert(builtin("node:assert/strict") === builtin("node:assert"));
});
