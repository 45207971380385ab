// Section 4.5: the errors of what was given up can be tried again; a reason of the program's own is as it is.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room { fetch() { return new Promise(() => {}); } }
const asked = (env, signal) => env.ROOM.getByName("a").fetch("http://x/", { signal });`,
}, {
  "AbortSignal.abort()": () => AbortSignal.abort().reason,
  "abort()": () => { const controller = new AbortController(); controller.abort(); return controller.signal.reason; },
  "AbortSignal.timeout()": async () => { const signal = AbortSignal.timeout(1); await new Promise((resolve) => signal.addEventListener("abort", resolve)); return signal.reason; },
  "AbortSignal.any()": () => AbortSignal.any([AbortSignal.abort()]).reason,
  "an own reason": () => AbortSignal.abort(new RangeError("own")).reason,
  "fetch, aborted before": ({ env }) => asked(env, AbortSignal.abort()),
  "fetch, aborted later": ({ env }) => { const controller = new AbortController(); setTimeout(() => controller.abort(), 5); return asked(env, controller.signal); },
  "fetch, timed out": ({ env }) => asked(env, AbortSignal.timeout(5)),
  "fetch, with an own reason": ({ env }) => { const controller = new AbortController(); setTimeout(() => controller.abort(new RangeError("own")), 5); return asked(env, controller.signal); },
});
