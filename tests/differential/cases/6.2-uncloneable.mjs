// Section 6.2: what cannot be stored, and how that is said.
import { probes } from "../probes.mjs";

export const options = { inObject: true, sqlite: true };
export const table = {
  "a function in an object": ({ ctx }) => ctx.storage.put("k", { f() {} }),
  "a symbol in a list": ({ ctx }) => ctx.storage.put("k", [Symbol("s")]),
  "a class": ({ ctx }) => ctx.storage.put("k", class A {}),
  "a promise": ({ ctx }) => ctx.storage.put("k", Promise.resolve(1)),
  "a WeakMap": ({ ctx }) => ctx.storage.put("k", new WeakMap()),
  "a WeakSet": ({ ctx }) => ctx.storage.put("k", { w: new WeakSet() }),
  "a WeakRef": ({ ctx }) => ctx.storage.put("k", new WeakRef({})),
  "a generator": ({ ctx }) => ctx.storage.put("k", (function* () {})()),
  "a proxy": ({ ctx }) => ctx.storage.put("k", new Proxy({ a: 1 }, {})),
  "a URL": ({ ctx }) => ctx.storage.put("k", new URL("http://a/")),
  "a WebSocket": ({ ctx }) => ctx.storage.put("k", Object.values(new WebSocketPair())[0]),
  "the state": ({ ctx }) => ctx.storage.put("k", ctx),
  "the storage": ({ ctx }) => ctx.storage.put("k", ctx.storage),
  "globalThis": ({ ctx }) => ctx.storage.put("k", globalThis).then(() => "stored", (error) => error.name),
  "a getter that throws": ({ ctx }) => ctx.storage.put("k", { get a() { throw new RangeError("mine"); } }),
  "a symbol wrapped": ({ ctx }) => ctx.storage.put("k", Object(Symbol("s"))),
  "a buffer that was transferred": async ({ ctx }) => { const buffer = new ArrayBuffer(8); structuredClone(buffer, { transfer: [buffer] }); await ctx.storage.put("k", buffer); return (await ctx.storage.get("k")).byteLength; },
  "nothing is stored": async ({ ctx, note }) => { await ctx.storage.put("k", 1); try { await ctx.storage.put("k", [() => 1]); } catch (error) { note(error.name); } return ctx.storage.get("k"); },
};
export const { config, worker, client } = probes(options, table);
