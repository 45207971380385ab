// Section 6.7: an alarm that another event sets while the handler runs stands when that ends.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async () => {
    self.runs = (self.runs ?? 0) + 1;
    note("begin", self.runs, await storage.getAlarm());
    if (self.runs === 1) await new Promise((resolve) => { self.go = resolve; });
    note("end", self.runs);
  },
  steps: {
    "/set": () => storage.setAlarm(Date.now()),
    "/alarm": () => storage.getAlarm(),
    "/again": async () => { const time = Date.now() + 10; await storage.setAlarm(time); return (await storage.getAlarm()) === time; },
    "/go": () => { self.go(); },
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("begin"));
  await t.fetch("/alarm");
  await t.fetch("/again");
  await t.fetch("/go");
  await t.settled("/log", (log) => log.includes("end 2"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
