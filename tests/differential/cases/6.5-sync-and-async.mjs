// Section 6.5: synchronous and asynchronous transactions within each other.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "sync within async, rolled back": async ({ ctx: { storage } }) => { try { await storage.transaction(async (txn) => { storage.transactionSync(() => storage.kv.put("a", 1)); await txn.put("b", 2); throw 1; }); } catch {} return storage.list(); },
  "sync within async, committed": async ({ ctx: { storage } }) => { await storage.transaction(async (txn) => { await txn.put("b", 2); storage.transactionSync(() => storage.kv.put("a", 1)); }); return storage.list(); },
  "sync after a write in the same turn": async ({ ctx: { storage } }) => { storage.put("a", 1); try { storage.transactionSync(() => { storage.kv.put("b", 2); throw 1; }); } catch {} storage.put("c", 3); return storage.list(); },
  "kv after rollback": async ({ ctx: { storage } }) => { await storage.transaction(async (txn) => { storage.kv.put("a", 1); txn.rollback(); storage.kv.put("b", 2); }); return storage.list(); },
});
