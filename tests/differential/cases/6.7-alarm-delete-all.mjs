// Sections 6.2 and 6.7: deleteAll() deletes the alarm too, since 2026-02-24.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async () => { note("ran"); await storage.put("k", 1); await storage.deleteAll(); note(await storage.getAlarm(), (await storage.list()).size); },
  steps: {
    "/gone": async () => { await storage.put("k", 1); await storage.setAlarm(Date.now() + 20); await storage.deleteAll(); const alarm = await storage.getAlarm(); await scheduler.wait(50); return [alarm, await storage.getAlarm()]; },
    "/after": async () => { await storage.deleteAll(); await storage.setAlarm(Date.now() + 10); return typeof (await storage.getAlarm()); },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/gone");
  await t.fetch("/log");
  await t.fetch("/after");
  await t.settled("/log", (log) => log.split("\n").length === 2);
  await t.settled("/alarm", (alarm) => alarm === "null");
}
