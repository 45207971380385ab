// Section 1.4: ctx.abort() of an entrypoint: what the caller of a method is told, with and without a reason, at once and later.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  services: { WORKER: { entrypoint: "Worker" } },
  imports: `import { WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
export class Worker extends WorkerEntrypoint {
  now(reason) { this.ctx.abort(reason); }
  async caught() { try { this.ctx.abort(new RangeError("first")); } catch {} throw new TypeError("second"); }
  async later(reason) { await scheduler.wait(2); this.ctx.abort(reason); }
  async fetch(request) { this.ctx.abort(new RangeError("of a request")); }
}`,
}, {
  "without a reason": ({ env }) => env.WORKER.now(),
  "an error": ({ env }) => env.WORKER.now(new RangeError("mine")),
  "null": ({ env }) => env.WORKER.now(null),
  "an object": ({ env }) => env.WORKER.now({ a: 1 }),
  "thrown later all the same": ({ env }) => env.WORKER.caught(),
  "a text": ({ env }) => env.WORKER.now("text"),
  "later": ({ env }) => env.WORKER.later(new RangeError("mine")),
  "later, without a reason": ({ env }) => env.WORKER.later(),
  "a request": ({ env }) => env.WORKER.fetch("http://x/"),
  "the next call": async ({ env }) => { await env.WORKER.now().catch(() => {}); return env.WORKER.now(new TypeError("again")).catch((error) => error.message); },
});
