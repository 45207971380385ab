// Section 6.2: a transaction object after its end.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const calls = { get: (txn) => txn.get("a"), "get many": (txn) => txn.get(["a"]), put: (txn) => txn.put("a", 1), "put many": (txn) => txn.put({ a: 1 }), delete: (txn) => txn.delete("a"), "delete many": (txn) => txn.delete(["a"]), list: (txn) => txn.list(), getAlarm: (txn) => txn.getAlarm(), deleteAlarm: (txn) => txn.deleteAlarm(), deleteAll: (txn) => txn.deleteAll() };
const tryAll = async (txn, note) => { for (const [name, call] of Object.entries(calls)) { try { note(name, await call(txn)); } catch (error) { note(name, error); } } };` }, {
  "after the commit": async ({ ctx, note }) => { let kept; await ctx.storage.transaction(async (txn) => { kept = txn; }); await tryAll(kept, note); },
  "after a throw": async ({ ctx, note }) => { let kept; try { await ctx.storage.transaction(async (txn) => { kept = txn; throw 1; }); } catch {} await tryAll(kept, note); },
  "after rollback": async ({ ctx, note }) => { await ctx.storage.transaction(async (txn) => { txn.rollback(); await tryAll(txn, note); }); },
  "rollback after the commit": async ({ ctx }) => { let kept; await ctx.storage.transaction(async (txn) => { kept = txn; }); kept.rollback(); },
  "rollback after a throw": async ({ ctx }) => { let kept; try { await ctx.storage.transaction(async (txn) => { kept = txn; throw 1; }); } catch {} kept.rollback(); },
});
