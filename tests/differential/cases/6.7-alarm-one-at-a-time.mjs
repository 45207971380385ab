// Section 6.7: an alarm that is due while the handler of the last one still runs waits for its end.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    self.runs = (self.runs ?? 0) + 1;
    const run = self.runs;
    note("begin", run, info.retryCount);
    if (run === 1) { await storage.setAlarm(Date.now() + 5); await scheduler.wait(60); }
    note("end", run, typeof (await storage.getAlarm()));
  },
  steps: { "/set": () => storage.setAlarm(Date.now()), "/alarm": () => storage.getAlarm() },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("end 2"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
