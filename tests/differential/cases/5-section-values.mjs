// Section 5: what blockConcurrencyWhile() takes and gives.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const attempt = async (action) => { try { return await action(); } catch (error) { return render(error); } };`,
}, {
  "a promise": ({ ctx }) => { const one = ctx.blockConcurrencyWhile(async () => 5); return [one instanceof Promise, one.constructor.name]; },
  "values": async ({ ctx }) => [await ctx.blockConcurrencyWhile(async () => 5), await ctx.blockConcurrencyWhile(async () => {}), await ctx.blockConcurrencyWhile(() => "no promise"), await ctx.blockConcurrencyWhile(async () => ({ a: [1] }))],
  "the very object": async ({ ctx }) => { const value = {}; return (await ctx.blockConcurrencyWhile(async () => value)) === value; },
  "a thenable": ({ ctx }) => ctx.blockConcurrencyWhile(() => ({ then(resolve) { resolve("of a thenable"); } })),
  "arguments and this": async ({ ctx }) => { let seen; await ctx.blockConcurrencyWhile(function () { seen = [arguments.length, this === undefined || this === globalThis]; return Promise.resolve(); }); return seen; },
  "no function": async ({ ctx }) => { const told = []; for (const value of [undefined, null, 5, {}, Promise.resolve()]) told.push(await attempt(() => ctx.blockConcurrencyWhile(value))); return told; },
  "no argument": ({ ctx }) => attempt(() => ctx.blockConcurrencyWhile()),
  "when the callback runs": async ({ ctx }) => { const log = []; const one = ctx.blockConcurrencyWhile(async () => { log.push("callback"); }); log.push("after the call"); await null; log.push("after a microtask"); await one; log.push("after it"); return log; },
});
