// Section 6.7: ctx.abort(reason, { retryAlarm: false }) in the handler ends the alarm for good; its writes are undone.
// The alarm is set when the answer to "/set" has left: an abort would take that with it.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  start: () => { note("born"); },
  alarm: async () => {
    note("run");
    storage.put("lost", 1);
    self.ctx.abort("enough", { retryAlarm: false });
  },
  steps: {
    "/set": () => { setTimeout(() => storage.setAlarm(Date.now()), 1); },
    "/wait": async () => { await scheduler.wait(2_900); return [await storage.getAlarm(), (await storage.get("lost")) ?? null]; },
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run"));
  await t.fetch("/wait");
  await t.fetch("/log");
}
