// Section 6.2: the two forms of put(), and everything in between.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "null": async ({ ctx }) => { await ctx.storage.put("a", null); return ctx.storage.list(); },
  "pairs, one undefined": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: undefined, c: null }); return ctx.storage.list(); },
  "an undefined value keeps what was there": async ({ ctx }) => { await ctx.storage.put("b", 1); await ctx.storage.put({ a: 1, b: undefined }); return ctx.storage.list(); },
  "no pairs": ({ ctx }) => ctx.storage.put({}),
  "pairs and a text": ({ ctx }) => ctx.storage.put({ a: 1 }, "x"),
  "pairs and null": async ({ ctx }) => { await ctx.storage.put({ a: 1 }, null); return ctx.storage.list(); },
  "pairs and undefined": async ({ ctx }) => { await ctx.storage.put({ a: 1 }, undefined); return ctx.storage.list(); },
  "pairs and options": async ({ ctx }) => { await ctx.storage.put({ a: 1 }, { noCache: true }); return ctx.storage.list(); },
  "pairs, options and more": ({ ctx }) => ctx.storage.put({ a: 1 }, { noCache: true }, { noCache: true }),
  "pairs, undefined and options": ({ ctx }) => ctx.storage.put({ a: 1 }, undefined, { noCache: true }),
  "a list": async ({ ctx }) => { await ctx.storage.put(["x", "y"]); return ctx.storage.list(); },
  "a Map": async ({ ctx }) => { await ctx.storage.put(new Map([["a", 1]])); return ctx.storage.list(); },
  "a function": async ({ ctx }) => { await ctx.storage.put(Object.assign(() => 1, { a: 1 })); return ctx.storage.list(); },
  "an object of a class": async ({ ctx }) => { class Base { get inherited() { return 1; } } class Own extends Base { field = 2; } await ctx.storage.put(new Own()); return ctx.storage.list(); },
  "inherited properties": async ({ ctx }) => { await ctx.storage.put(Object.create({ a: 1 }, { b: { value: 2, enumerable: true }, c: { value: 3 } })); return ctx.storage.list(); },
  "symbols": async ({ ctx }) => { await ctx.storage.put({ [Symbol("s")]: 1, a: 2 }); return ctx.storage.list(); },
  "getters": async ({ ctx }) => { await ctx.storage.put({ get a() { return 5; } }); return ctx.storage.list(); },
  "a getter that throws": ({ ctx }) => ctx.storage.put({ get a() { throw new RangeError("mine"); } }),
  "numbers as names": async ({ ctx }) => { await ctx.storage.put({ 10: "ten", 9: "nine" }); return ctx.storage.list(); },
  "one pair that cannot be cloned": async ({ ctx, note }) => { try { await ctx.storage.put({ a: 1, b: () => 1, c: 2 }); } catch (error) { note(error); } return ctx.storage.list(); },
  "the answer": ({ ctx }) => ctx.storage.put("a", 1),
});
