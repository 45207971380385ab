// Section 6.5: what transactionSync() takes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "nothing": ({ ctx }) => ctx.storage.transactionSync(),
  "a number": ({ ctx }) => ctx.storage.transactionSync(5),
  "an object": ({ ctx }) => ctx.storage.transactionSync({}),
  "what the callback gets": ({ ctx }) => ctx.storage.transactionSync((...given) => given.length),
  "an asynchronous callback": async ({ ctx }) => { const answer = ctx.storage.transactionSync(async () => { ctx.storage.kv.put("a", 1); await null; return 5; }); return [answer instanceof Promise, await answer, [...ctx.storage.kv.list()]]; },
  "an asynchronous callback that fails": async ({ ctx, note }) => { try { await ctx.storage.transactionSync(async () => { ctx.storage.kv.put("a", 1); throw new Error("mine"); }); } catch (error) { note(error); } return [...ctx.storage.kv.list()]; },
  "a thenable": ({ ctx }) => typeof ctx.storage.transactionSync(() => ({ then() {} })),
});
