// Section 6.2: deleteAll() and what is left.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "the answer": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: 2 }); return [await ctx.storage.deleteAll(), await ctx.storage.list()]; },
  "nothing to delete": ({ ctx }) => ctx.storage.deleteAll(),
  "twice": async ({ ctx }) => { await ctx.storage.put("a", 1); return [await ctx.storage.deleteAll(), await ctx.storage.deleteAll()]; },
  "writes go on": async ({ ctx }) => { await ctx.storage.put("a", 1); ctx.storage.deleteAll(); ctx.storage.put("b", 2); return ctx.storage.list(); },
  "writes before it in the same turn": async ({ ctx }) => { ctx.storage.put("a", 1); ctx.storage.deleteAll(); return ctx.storage.list(); },
  "what lives in memory stays": async ({ ctx, self }) => { self.kept = 5; await ctx.storage.deleteAll(); return self.kept; },
  "in a transaction": async ({ ctx, note }) => { await ctx.storage.put("a", 1); try { await ctx.storage.transaction((txn) => txn.deleteAll()); } catch (error) { note(error); } return ctx.storage.list(); },
});
