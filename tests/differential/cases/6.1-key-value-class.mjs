// Section 6.1: what a class of the key-value backend does not have, and what asking for it says.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true }, {
  "kv.get": ({ ctx }) => ctx.storage.kv.get("a"),
  "kv.put": ({ ctx }) => ctx.storage.kv.put("a", 1),
  "kv.delete": ({ ctx }) => ctx.storage.kv.delete("a"),
  "kv.list": ({ ctx }) => ctx.storage.kv.list(),
  "the kv property": ({ ctx }) => typeof ctx.storage.kv,
  "transactionSync": ({ ctx }) => ctx.storage.transactionSync(() => 1),
  "the asynchronous API is there": async ({ ctx }) => { await ctx.storage.put("a", 1); return ctx.storage.get("a"); },
  "transaction is there": ({ ctx }) => ctx.storage.transaction(async (txn) => { await txn.put("a", 2); return txn.get("a"); }),
});
