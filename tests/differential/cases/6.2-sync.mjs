// Section 6.2: sync() and the promises of writes.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "nothing written": ({ ctx }) => ctx.storage.sync(),
  "after a write": async ({ ctx }) => { ctx.storage.put("a", 1); return [await ctx.storage.sync(), await ctx.storage.get("a")]; },
  "after a write without confirmation": async ({ ctx }) => { ctx.storage.put("a", 1, { allowUnconfirmed: true }); return [await ctx.storage.sync(), await ctx.storage.get("a")]; },
  "a promise": ({ ctx }) => { const promise = ctx.storage.sync(); return [promise instanceof Promise, Object.prototype.toString.call(promise)]; },
  "many": async ({ ctx }) => { for (let n = 0; n < 20; n++) ctx.storage.put("k" + n, n); await Promise.all([ctx.storage.sync(), ctx.storage.sync()]); return (await ctx.storage.list()).size; },
  "arguments are ignored": ({ ctx }) => ctx.storage.sync({ x: 1 }, 5),
});
