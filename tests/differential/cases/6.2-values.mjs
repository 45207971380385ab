// Section 6.2: every kind of value comes back as what it was.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const trip = async (storage, value) => { await storage.put("k", value); return storage.get("k"); };` }, {
  "numbers": ({ ctx }) => trip(ctx.storage, [0, -0, 1, -1, 2 ** 30, 2 ** 31, -(2 ** 31), 2 ** 53, 1.5, NaN, Infinity, -Infinity, 5e-324]),
  "big integers": ({ ctx }) => trip(ctx.storage, [0n, -1n, 2n ** 64n, -(2n ** 64n), 10n ** 100n]),
  "texts": ({ ctx }) => trip(ctx.storage, ["", "a", "\u00e9", "\u0100", "\u{1F600}", "\0", "x".repeat(1000).length]),
  "a half pair": async ({ ctx }) => [...(await trip(ctx.storage, "a\ud800b"))].map((one) => one.codePointAt(0).toString(16)),
  "nothing": ({ ctx }) => trip(ctx.storage, [null, undefined, true, false]),
  "holes": async ({ ctx }) => { const list = await trip(ctx.storage, [1, , 3, , ]); return [list.length, Object.keys(list)]; },
  "a sparse list": async ({ ctx }) => { const list = []; list[5000] = 1; const got = await trip(ctx.storage, list); return [got.length, Object.keys(got)]; },
  "a list with properties": async ({ ctx }) => { const got = await trip(ctx.storage, Object.assign([1], { x: 2 })); return [got, got.x]; },
  "dates": ({ ctx }) => trip(ctx.storage, [new Date(0), new Date(-1), new Date(8.64e15)]),
  "no date": async ({ ctx }) => String(await trip(ctx.storage, new Date(NaN))),
  "patterns": async ({ ctx }) => { const pattern = /a\/b/dgimsuy; pattern.lastIndex = 3; const got = await trip(ctx.storage, pattern); return [got, got.lastIndex, got.flags]; },
  "wrappers": async ({ ctx }) => (await trip(ctx.storage, [Object(true), Object(1), Object("s"), Object(1n)])).map((one) => [typeof one, one.constructor.name, String(one)]),
  "maps and sets": ({ ctx }) => trip(ctx.storage, new Map([[{ k: 1 }, new Set([1, "a", new Map()])], [NaN, undefined]])),
  "errors": async ({ ctx }) => (await trip(ctx.storage, [new Error("a"), new TypeError("b"), new RangeError(""), new SyntaxError("c"), new ReferenceError("d"), new EvalError("e"), new URIError("f")])).map((one) => [one.constructor.name, one.name, one.message, typeof one.stack, Object.keys(one)]),
  "an error with a cause": async ({ ctx }) => { const got = await trip(ctx.storage, new Error("a", { cause: { b: 1 } })); return [got.cause, Object.hasOwn(got, "cause")]; },
  "an error with properties": async ({ ctx }) => { const got = await trip(ctx.storage, Object.assign(new Error("a"), { code: 5 })); return [got.code, Object.keys(got)]; },
  "an error of a class": async ({ ctx }) => { class Mine extends TypeError { name = "Mine"; } const got = await trip(ctx.storage, new Mine("a")); return [got.constructor.name, got.name, got.message]; },
  "views": async ({ ctx }) => (await trip(ctx.storage, [new Int8Array([-1]), new Uint8ClampedArray([300]), new Int16Array([-2]), new Int32Array([-3]), new Uint32Array([4]), new Float32Array([1.5]), new Float64Array([2.5]), new BigInt64Array([-5n]), new BigUint64Array([6n]), new DataView(new ArrayBuffer(2))])).map((one) => [one.constructor.name, one.byteLength, one[0]]),
  "views on one buffer": async ({ ctx }) => { const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer; const [a, b, c] = await trip(ctx.storage, [new Uint8Array(buffer, 2, 3), new Uint16Array(buffer, 2, 1), buffer]); return [a, b, a.buffer === b.buffer, c === a.buffer, a.byteOffset, c]; },
  "cycles": async ({ ctx }) => { const one = { list: [] }; one.self = one; one.list.push(one, one.list); const got = await trip(ctx.storage, one); return [got.self === got, got.list[0] === got, got.list[1] === got.list]; },
  "shared references": async ({ ctx }) => { const shared = { n: 1 }; const got = await trip(ctx.storage, { a: shared, b: shared, c: [shared] }); return [got.a === got.b, got.c[0] === got.a]; },
  "no prototype": async ({ ctx }) => Object.getPrototypeOf(await trip(ctx.storage, Object.create(null))) === Object.prototype,
  "an object of a class": async ({ ctx }) => { class Point { #secret = 1; x = 2; get y() { return 3; } } const got = await trip(ctx.storage, new Point()); return [got.constructor.name, got]; },
  "getters and hidden properties": ({ ctx }) => trip(ctx.storage, Object.defineProperty({ get a() { return 1; }, [Symbol("s")]: 2 }, "b", { value: 3 })),
  "the order of properties": async ({ ctx }) => Object.keys(await trip(ctx.storage, { b: 1, 2: 2, a: 3, 1: 4 })),
  "arguments": async ({ ctx }) => { const got = await trip(ctx.storage, (function () { return arguments; })(1, 2)); return [Array.isArray(got), got]; },
});
