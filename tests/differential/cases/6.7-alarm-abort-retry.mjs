// Section 6.7: ctx.abort() in the handler is a failure like another: the alarm is run again by a new instance.
// The alarm is set when the answer to "/set" has left: an abort would take that with it.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  start: () => { note("born"); },
  alarm: async (info) => {
    note("run", info.retryCount, (await storage.get("lost")) ?? null);
    if (info.retryCount > 0) return;
    storage.put("lost", 1);
    self.ctx.abort("enough");
  },
  steps: { "/set": () => { setTimeout(() => storage.setAlarm(Date.now()), 1); }, "/alarm": () => storage.getAlarm() },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run 1"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
