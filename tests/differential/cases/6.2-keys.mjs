// Section 6.2: what is taken for a key.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "a number": async ({ ctx }) => { await ctx.storage.put(1.5, "x"); return [await ctx.storage.get("1.5"), await ctx.storage.list()]; },
  "null": async ({ ctx }) => { await ctx.storage.put(null, "x"); return ctx.storage.list(); },
  "undefined": async ({ ctx }) => { await ctx.storage.put(undefined, "x"); return ctx.storage.list(); },
  "a boolean": async ({ ctx }) => { await ctx.storage.put(true, "x"); return ctx.storage.list(); },
  "a symbol": ({ ctx }) => ctx.storage.put(Symbol("s"), "x"),
  "no argument": ({ ctx }) => ctx.storage.get(),
  "delete without an argument": ({ ctx }) => ctx.storage.delete(),
  "put without an argument": ({ ctx }) => ctx.storage.put(),
  "get undefined": ({ ctx }) => ctx.storage.get(undefined),
  "get null": ({ ctx }) => ctx.storage.get(null),
  "get an object": ({ ctx }) => ctx.storage.get({}),
  "get an object with a text": async ({ ctx }) => { await ctx.storage.put("name", 1); return ctx.storage.get({ toString: () => "name" }); },
  "a toString that throws": ({ ctx }) => ctx.storage.get({ toString() { throw new RangeError("mine"); } }),
  "a list of anything": async ({ ctx }) => { await ctx.storage.put({ 1: "one", null: "nothing" }); return ctx.storage.get([1, null, undefined]); },
  "a Set of keys": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: 2 }); return ctx.storage.get(new Set(["a", "b"])); },
  "delete an iterator": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: 2 }); return ctx.storage.delete(new Set(["a", "b", "c"])); },
  "a nested list": async ({ ctx }) => { await ctx.storage.put("a", 1); return ctx.storage.get([["a"]]); },
  "an empty list": async ({ ctx }) => [await ctx.storage.get([]), await ctx.storage.delete([])],
});
