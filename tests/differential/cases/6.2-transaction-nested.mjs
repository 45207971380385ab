// Section 6.2: transactions within transactions, and beside each other.
import { probes } from "../probes.mjs";

export const options = { inObject: true, sqlite: true };
export const table = {
  "inner commits": async ({ ctx }) => { await ctx.storage.transaction(async (outer) => { await outer.put("a", 1); await ctx.storage.transaction(async (inner) => { await inner.put("b", 2); }); await outer.put("c", 3); }); return ctx.storage.list(); },
  "inner throws": async ({ ctx }) => { await ctx.storage.transaction(async (outer) => { await outer.put("a", 1); try { await ctx.storage.transaction(async (inner) => { await inner.put("b", 2); throw 1; }); } catch {} await outer.put("c", 3); }); return ctx.storage.list(); },
  "outer throws": async ({ ctx }) => { try { await ctx.storage.transaction(async () => { await ctx.storage.transaction(async (inner) => { await inner.put("b", 2); }); throw 1; }); } catch {} return ctx.storage.list(); },
  "beside each other": async ({ ctx }) => { const order = []; const run = (name) => ctx.storage.transaction(async (txn) => { order.push(name + " begins"); const n = (await txn.get("n")) ?? 0; await txn.put("n", n + 1); order.push(name + " ends"); return n; }); return [await Promise.all([run("one"), run("two"), run("three")]), order, await ctx.storage.get("n")]; },
  "a write beside it": async ({ ctx }) => { const all = ctx.storage.transaction(async (txn) => { await txn.put("a", 1); return txn.list(); }); const put = ctx.storage.put("b", 2); await Promise.all([all, put]); return ctx.storage.list(); },
};
export const { config, worker, client } = probes(options, table);
