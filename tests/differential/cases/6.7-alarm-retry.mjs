// Section 6.7: a handler that throws is run again after two seconds and says so; its writes stay, and getAlarm() shows the alarm meanwhile.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    const now = Date.now();
    const waited = self.last && now - self.last;
    self.last = now;
    note("run", info.retryCount, info.isRetry, info.scheduledTime === self.time, await storage.get("tries"), await storage.getAlarm(), waited === undefined || (waited >= 1_999 && waited < 5_000));
    await storage.put("tries", ((await storage.get("tries")) ?? 0) + 1);
    if (info.retryCount < 1) throw new Error("not yet");
  },
  steps: {
    "/set": async () => { self.time = Date.now() + 10; await storage.setAlarm(self.time); },
    "/meanwhile": async () => [(await storage.getAlarm()) === self.time, await storage.get("tries")],
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run 0"));
  await t.settled("/meanwhile", (text) => text.includes("true"));
  await t.settled("/log", (log) => log.includes("run 1"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
