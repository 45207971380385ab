// Section 6.7: a handler that fails after it set another alarm is not run again for the first one.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    note("run", info.retryCount, info.scheduledTime === self.time);
    if (self.failed) return;
    self.failed = true;
    self.time = Date.now() + 30;
    await storage.setAlarm(self.time);
    throw new Error("after setting another");
  },
  steps: {
    "/set": async () => { self.time = Date.now(); await storage.setAlarm(self.time); self.time = await storage.getAlarm(); },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.split("run").length === 3);
  await t.settled("/alarm", (alarm) => alarm === "null");
}
