// Sections 6.2 and 6.7: before 2026-02-24 deleteAll() keeps the alarm.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  config: { date: "2026-02-23" },
  alarm: async () => { note("ran", (await storage.list()).size, await storage.getAlarm()); },
  steps: {
    "/kept": async () => { await storage.put("k", 1); const time = Date.now() + 20; await storage.setAlarm(time); await storage.deleteAll(); return [(await storage.getAlarm()) === time, (await storage.list()).size]; },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/kept");
  await t.settled("/log", (log) => log.includes("ran"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
