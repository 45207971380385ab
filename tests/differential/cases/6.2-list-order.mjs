// Section 6.2: list() orders by the bytes of UTF-8, which is not the order of JavaScript's comparison.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const all = ["", "\\0", " ", "!", "0", "10", "9", "A", "Z", "_", "a", "a\\0", "a ", "aa", "b", "z", "~", "\\u007f", "\\u0080", "\\u00e9", "\\u07ff", "\\u0800", "\\ud7ff", "\\ue000", "\\uffff", "\\u{10000}", "\\u{1F600}", "\\u{10FFFF}"];
const shuffled = all.map((key, at) => all[(at * 11 + 5) % all.length]);
const fill = async (storage) => { for (const key of shuffled) await storage.put(key, 1); };
const show = (map) => [...map.keys()].map((key) => Array.from(key, (one) => one.codePointAt(0).toString(16)).join("."));` }, {
  "all": async ({ ctx }) => { await fill(ctx.storage); return show(await ctx.storage.list()); },
  "reverse": async ({ ctx }) => { await fill(ctx.storage); return show(await ctx.storage.list({ reverse: true })); },
  "get": async ({ ctx }) => { await fill(ctx.storage); return show(await ctx.storage.get(shuffled)); },
  "from the first plane into the next": async ({ ctx }) => { await fill(ctx.storage); return show(await ctx.storage.list({ start: "\ud7ff", end: "\u{1F600}" })); },
  "after a noncharacter": async ({ ctx }) => { await fill(ctx.storage); return show(await ctx.storage.list({ startAfter: "\uffff" })); },
  "before anything is durable": async ({ ctx }) => { for (const key of shuffled) ctx.storage.put(key, 1); return show(await ctx.storage.list({ limit: 12 })); },
});
