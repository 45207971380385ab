// Section 6.7: an alarm runs, not before its time, is told when it was due, and is gone then.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    note("ran", info.scheduledTime === self.time, Date.now() >= self.time, info.retryCount, info.isRetry, await storage.getAlarm());
  },
  steps: {
    "/set": async () => {
      self.time = Date.now() + 30;
      await storage.setAlarm(self.time);
      return (await storage.getAlarm()) === self.time;
    },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("ran"));
  await t.settled("/alarm", (alarm) => alarm === "null");
  await t.fetch("/set");
  await t.settled("/log", (log) => log.split("ran").length === 3);
}
