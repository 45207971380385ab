// Section 6.2: many keys in one call, and how many.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const names = (count) => Array.from({ length: count }, (_, n) => "k" + String(n).padStart(4, "0"));
const pairs = (count) => Object.fromEntries(names(count).map((name, n) => [name, n]));` }, {
  "put 128": async ({ ctx }) => { await ctx.storage.put(pairs(128)); return (await ctx.storage.list()).size; },
  "put 129": async ({ ctx, note }) => { try { await ctx.storage.put(pairs(129)); } catch (error) { note(error); } return (await ctx.storage.list()).size; },
  "get 128": async ({ ctx }) => { await ctx.storage.put(pairs(128)); return (await ctx.storage.get(names(128))).size; },
  "get 129": ({ ctx }) => ctx.storage.get(names(129)),
  "delete 128": async ({ ctx }) => { await ctx.storage.put(pairs(100)); return ctx.storage.delete(names(128)); },
  "delete 129": ({ ctx }) => ctx.storage.delete(names(129)),
  "the order of an answer": async ({ ctx }) => { await ctx.storage.put({ b: 1, a: 2, "\u00e9": 3, Z: 4 }); return ctx.storage.get(["\u00e9", "b", "Z", "a"]); },
  "the same key twice": async ({ ctx }) => { await ctx.storage.put({ a: 1 }); return [await ctx.storage.get(["a", "a"]), await ctx.storage.delete(["a", "a"])]; },
  "129 of which some are the same": ({ ctx }) => ctx.storage.get(Array(129).fill("a")),
  "missing ones": async ({ ctx }) => { await ctx.storage.put({ a: 1, c: 3 }); return [await ctx.storage.get(["a", "b", "c"]), await ctx.storage.delete(["a", "b", "c"])]; },
  "129 undefined values": ({ ctx }) => ctx.storage.put(Object.fromEntries(names(129).map((name) => [name, undefined]))),
});
