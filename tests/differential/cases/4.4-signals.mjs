// Section 4.4: signals as arguments and results, with `enable_abortsignal_rpc`.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  flags: ["enable_abortsignal_rpc"],
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject {
  async wait(signal) { while (!signal.aborted) await scheduler.wait(2); return [signal.aborted, signal.reason]; }
  look(signal) { return [signal.constructor.name, signal.aborted, signal.reason]; }
  echo(value) { return value; }
  waitIn({ request }) { return this.wait(request.signal); }
  aborted() { return AbortSignal.abort(new RangeError("before")); }
}`,
}, {
  "aborted later": async ({ env }) => { const controller = new AbortController(); const answer = env.ROOM.getByName("a").wait(controller.signal); await scheduler.wait(5); controller.abort(new TypeError("why")); return answer; },
  "aborted later, without a reason": async ({ env }) => { const controller = new AbortController(); const answer = env.ROOM.getByName("a").wait(controller.signal); await scheduler.wait(5); controller.abort(); return answer; },
  "aborted before": ({ env }) => env.ROOM.getByName("a").look(AbortSignal.abort("reason")),
  "not aborted": ({ env }) => env.ROOM.getByName("a").look(new AbortController().signal),
  "a timeout": async ({ env }) => { const [aborted, reason] = await env.ROOM.getByName("a").wait(AbortSignal.timeout(5)); return [aborted, reason.name]; },
  "of several": async ({ env }) => { const controller = new AbortController(); const answer = env.ROOM.getByName("a").wait(AbortSignal.any([controller.signal, new AbortController().signal])); await scheduler.wait(5); controller.abort("one"); return answer; },
  "there and back": async ({ env }) => { const controller = new AbortController(); const signal = await env.ROOM.getByName("a").echo(controller.signal); return [signal instanceof AbortSignal, signal === controller.signal, signal.aborted]; },
  "a returned one that is aborted": async ({ env }) => { const signal = await env.ROOM.getByName("a").aborted(); return [signal.aborted, signal.reason]; },
  "of a request": async ({ env }) => { const controller = new AbortController(); const request = new Request("http://x/", { signal: controller.signal }); const answer = env.ROOM.getByName("a").waitIn({ request }); await scheduler.wait(5); controller.abort("with the request"); return answer; },
});
