// Section 6.2: what is stored is what the value was when put() was called; what is read is a copy.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "changed after put": async ({ ctx }) => { const value = { n: 1 }; const written = ctx.storage.put("k", value); value.n = 2; await written; return ctx.storage.get("k"); },
  "changed after get": async ({ ctx }) => { await ctx.storage.put("k", { n: 1 }); (await ctx.storage.get("k")).n = 2; return ctx.storage.get("k"); },
  "two reads": async ({ ctx }) => { await ctx.storage.put("k", {}); return (await ctx.storage.get("k")) === (await ctx.storage.get("k")); },
  "two keys, one object": async ({ ctx }) => { const shared = {}; await ctx.storage.put({ a: shared, b: shared }); const map = await ctx.storage.list(); return map.get("a") === map.get("b"); },
  "bytes": async ({ ctx }) => { const bytes = new Uint8Array([1]); const written = ctx.storage.put("k", bytes); bytes[0] = 2; await written; return ctx.storage.get("k"); },
  "reads and writes in order": async ({ ctx }) => { const seen = []; const { storage } = ctx; const all = [storage.get("k"), storage.put("k", 1), storage.get("k"), storage.delete("k"), storage.get("k"), storage.put("k", 2), storage.list()]; for (const one of all) seen.push(await one); return seen; },
});
