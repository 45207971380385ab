// Section 4.4 and 5: method calls while and after the constructor runs.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { SLOW: "Slow", FAILING: "Failing", ODD: "Odd" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
export class Slow extends DurableObject { ready = false; constructor(ctx, env) { super(ctx, env); ctx.blockConcurrencyWhile(async () => { await scheduler.wait(3); this.ready = true; }); } isReady() { return this.ready; } names() { return [this.ctx.id.name, typeof this.env.SLOW]; } }
export class Failing extends DurableObject { constructor(ctx, env) { super(ctx, env); ctx.blockConcurrencyWhile(async () => { throw new TypeError("cannot start"); }); } hi() { return "hi"; } }
export class Odd extends DurableObject { constructor(ctx, env) { super(ctx, env); return { strange: () => "strange", hi: () => "hi" }; } hi() { return "proper"; } }`,
}, {
  "waits for the section": ({ env }) => env.SLOW.getByName("a").isReady(),
  "several at once": async ({ env }) => { const slow = env.SLOW.getByName("b"); return Promise.all([slow.isReady(), slow.isReady(), slow.names()]); },
  "a failing section": ({ env }) => env.FAILING.getByName("a").hi(),
  "without super": ({ env }) => env.ODD.getByName("a").hi(),
});
