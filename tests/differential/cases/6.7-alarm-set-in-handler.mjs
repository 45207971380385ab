// Section 6.7: an alarm set by the handler stands, and is the one that is seen from then on.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    self.runs = (self.runs ?? 0) + 1;
    const before = await storage.getAlarm();
    const next = Date.now() + 25;
    if (self.runs < 4) await storage.setAlarm(next);
    const after = await storage.getAlarm();
    note("run", self.runs, before, self.runs < 4 ? after === next : after, info.retryCount);
  },
  steps: { "/set": () => storage.setAlarm(Date.now() + 10), "/alarm": () => storage.getAlarm() },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run 4"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
