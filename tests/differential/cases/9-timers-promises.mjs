// Section 9: `node:timers/promises`.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2026-04-01",
  flags: ["nodejs_compat"],
  imports: `import * as tp from "node:timers/promises";`,
}, {
  "timers promises": async () => [Object.keys(tp), Object.keys(tp.default), Object.keys(tp.scheduler), await tp.setTimeout(1, "v"), await tp.setImmediate("w")],
  "interval": async () => { const r = []; for await (const x of tp.setInterval(1, "i")) { r.push(x); if (r.length === 3) break; } return r; },
  "timers abort": async () => { const ac = new AbortController(); const p = tp.setTimeout(1000, "v", { signal: ac.signal }); ac.abort(); return p; },
  "timers abort reason": async () => { const ac = new AbortController(); const p = tp.setTimeout(1000, "v", { signal: ac.signal }); ac.abort(new Error("why")); try { await p } catch (e) { return [e, e.cause, e.code]; } },
  "timers aborted": async () => { try { await tp.setTimeout(1000, "v", { signal: AbortSignal.abort() }); } catch (e) { return [e.name, e.message, e.code, e.cause?.name]; } },
  "immediate aborted": async () => { try { await tp.setImmediate("v", { signal: AbortSignal.abort() }); } catch (e) { return [e.name, e.message, e.code]; } },
  "bad": async () => { const r = []; for (const f of [() => tp.setTimeout("x"), () => tp.setTimeout(1, 1, 5), () => tp.setTimeout(1, 1, { signal: 5 }), () => tp.setTimeout(1, 1, { ref: 5 }), () => tp.scheduler.wait(1), () => tp.scheduler.yield()]) try { r.push(await f()); } catch (e) { r.push([e.code, e.name, e.message]); } return r; },
});
