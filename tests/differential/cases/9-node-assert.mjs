// Section 9: `node:assert`: what passes and what fails with which error. The texts that show two values differ, as they may.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  flags: ["nodejs_compat"],
  imports: `import assert, { AssertionError, deepStrictEqual } from "node:assert";\nimport strict from "node:assert/strict";\nimport * as all from "node:assert";`,
  prelude: `const outcome = (run) => { try { run(); return "passes"; } catch (error) { return [error.name, error.code, error.operator, error instanceof AssertionError].join(" "); } };
const each = (assertion, pairs) => pairs.map((pair) => outcome(() => assertion(...pair)));
const boom = () => { throw Object.assign(new TypeError("boom"), { code: "E" }); };
const later = async (run) => { try { await run(); return "passes"; } catch (error) { return [error.name, error.code, error instanceof AssertionError].join(" "); } };`,
}, {
  "the module": () => [typeof assert, typeof strict, assert.deepStrictEqual === deepStrictEqual, all.default === assert, assert.strict.strict === assert.strict],
  "names": () => ["ok", "equal", "notEqual", "strictEqual", "notStrictEqual", "deepEqual", "notDeepEqual", "deepStrictEqual", "notDeepStrictEqual", "partialDeepStrictEqual", "throws", "doesNotThrow", "rejects", "doesNotReject", "match", "doesNotMatch", "fail", "ifError", "strict", "AssertionError"].map((name) => [typeof assert[name], typeof all[name]].join()),
  "ok": () => each(assert, [[1], [0], [""], [null], [false, "message"], [{}]]),
  "equal is strict": () => [...each(assert.equal, [[1, 1], ["1", 1], [NaN, NaN], [0, -0], [null, undefined]]), ...each(assert.notEqual, [["1", 1], [1, 1]])],
  "deepEqual is strict": () => each(assert.deepEqual, [[{ a: 1 }, { a: 1 }], [{ a: "1" }, { a: 1 }], [[1], { 0: 1 }], [new Set([1]), new Set([1])], [new Map([[{}, 1]]), new Map([[{}, 1]])]]),
  "objects": () => each(deepStrictEqual, [[{}, Object.create(null)], [{ a: undefined }, {}], [[1, , 3], [1, undefined, 3]], [new Date(1), new Date(1)], [new Date(1), new Date(2)], [/a/g, /a/i], [/a/, /a/], [new Error("a"), new Error("a")], [new Error("a"), new TypeError("a")], [Object(1), Object(1)], [Object(1), 1], [new Uint8Array([1]), new Uint8Array([1])], [new Uint8Array([1]), new Int8Array([1])], [new Float32Array([0]), new Float32Array([-0])], [Symbol.iterator, Symbol.iterator], [() => 1, () => 1]]),
  "cycles": () => { const a = {}, b = {}; a.self = a; b.self = b; return outcome(() => deepStrictEqual(a, b)); },
  "fails of its own": () => [outcome(() => assert.fail()), outcome(() => assert.fail("why")), outcome(() => assert.fail(new RangeError("mine"))), outcome(() => assert.ifError(null)), outcome(() => assert.ifError(0))],
  "messages of its own": () => { const messages = []; for (const run of [() => assert.fail(), () => assert.fail("why"), () => assert.equal(1, 2, "mine"), () => assert(), () => assert.throws(() => {}), () => assert.throws(() => {}, TypeError), () => assert.throws(boom, RangeError), () => assert.doesNotThrow(boom), () => assert.ifError(new Error("x"))]) { try { run(); } catch (error) { messages.push(error.message); } } return messages; },
  "what is compared": () => { try { assert.strictEqual(1, 2, "m"); } catch ({ actual, expected, operator, code, generatedMessage }) { return { actual, expected, operator, code }; } },
  "throws": () => [[boom], [boom, TypeError], [boom, Error], [boom, RangeError], [boom, /boom/], [boom, /^TypeError: boom$/], [boom, /other/], [boom, { message: "boom" }], [boom, { message: /oo/, code: "E" }], [boom, { missing: 1 }], [boom, () => true], [boom, () => false], [boom, "message"], [boom, "boom"], [boom, {}], [boom, 5], [5], [() => {}], [() => {}, TypeError], [() => {}, "message"]].map((given) => outcome(() => assert.throws(...given))),
  "rejects": async () => { const answers = []; for (const given of [[Promise.reject(new TypeError("a"))], [async () => boom()], [async () => boom(), TypeError], [async () => boom(), RangeError], [async () => boom(), { code: "E" }], [Promise.resolve()], [async () => 1, TypeError], [5], [() => 5]]) answers.push(await later(() => assert.rejects(...given))); return answers; },
  "match": () => [...each(assert.match, [["abc", /b/], ["abc", /x/], ["abc", "b"]]), ...each(assert.doesNotMatch, [["abc", /b/], ["abc", /x/], [5, /5/]])],
  "partly": () => each(assert.partialDeepStrictEqual, [[{ a: 1, b: 2 }, { a: 1 }], [{ a: 1 }, { a: 1, b: 2 }], [[1, 2, 3], [1, 2]], [[1], [1, 2]], [new Set([1, 2]), new Set([2])], [new Map([["a", { x: 1, y: 2 }]]), new Map([["a", { x: 1 }]])], [new Date(1), new Date(2)]]),
  "too few": () => [outcome(() => deepStrictEqual()), outcome(() => assert.partialDeepStrictEqual(1))],
});
