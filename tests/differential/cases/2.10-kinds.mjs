// Section 2.10: every kind of value an attachment may hold, and what comes back.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const kept = (value) => { const ws = new WebSocketPair()[0]; ws.serializeAttachment(value); return ws.deserializeAttachment(); };
const refused = (value) => { try { kept(value); return "kept"; } catch (error) { return [error.name, error instanceof DOMException, error.code]; } };`,
}, {
  "primitives": () => [0, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 53, "", "\u0000", "\u{1F600}", 10n ** 30n, -1n].map((value) => Object.is(kept(value), value)),
  "boxed": () => [new Number(5), new String("x"), new Boolean(false), Object(7n)].map((value) => { const got = kept(value); return [typeof got, got.constructor.name, String(got)]; }),
  "dates": () => [kept(new Date(5)), Number.isNaN(kept(new Date(NaN)).getTime())],
  "expressions": () => { const one = kept(/a\/b/giu); return [one, one.flags, one.lastIndex]; },
  "views": () => [new Int8Array([-1]), new Float64Array([1.5]), new BigInt64Array([-2n]), new DataView(new ArrayBuffer(2))].map((value) => kept(value)),
  "a view of a part": () => { const got = kept(new Uint8Array([1, 2, 3, 4]).subarray(1, 3)); return [got, got.byteOffset, got.buffer.byteLength]; },
  "two views of one buffer": () => { const buffer = new ArrayBuffer(4), got = kept([new Uint8Array(buffer), new Uint16Array(buffer)]); return got[0].buffer === got[1].buffer; },
  "holes": () => { const got = kept([1, , 3]); return [got.length, 1 in got]; },
  "properties of an array": () => kept(Object.assign([1], { a: 2 })).a,
  "errors": () => [new Error("a"), new TypeError("b", { cause: 5 }), Object.assign(new RangeError("c"), { own: 1 })].map((value) => { const got = kept(value); return [got.constructor.name, got.name, got.message, got.cause, got.own]; }),
  "an object without prototype": () => { const got = kept(Object.assign(Object.create(null), { a: 1 })); return [got.a, Object.getPrototypeOf(got) === Object.prototype]; },
  "symbols as keys": () => Reflect.ownKeys(kept({ [Symbol("s")]: 1, a: 2 })),
  "not enumerable": () => Object.keys(kept(Object.defineProperty({ a: 1 }, "b", { value: 2 }))),
  "undefined inside": () => Object.keys(kept({ a: undefined, b: null })),
  "nested": () => kept({ a: [{ b: new Map([[{ c: 1 }, new Set([[2]])]]) }] }),
  "the same object twice": () => { const one = {}, got = kept([one, one]); return got[0] === got[1]; },
  "refused": () => [() => {}, Symbol("s"), new WeakMap(), Promise.resolve(), new WebSocketPair()[0], new Proxy({}, {}), function* () {}, globalThis].map((value) => refused(value)),
  "refused inside": () => [refused({ a: () => {} }), refused([Symbol("s")]), refused(new Map([[1, () => {}]]))],
  "a getter that throws": () => { try { kept({ get a() { throw new RangeError("mine"); } }); } catch (error) { return [error.name, error.message]; } },
});
