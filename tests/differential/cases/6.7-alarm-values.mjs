// Section 6.7: which time getAlarm() answers: whole milliseconds, and now for one that has passed.
import { alarmed } from "../alarms.mjs";

const set = (time) => `async () => { const time = ${time}; await storage.setAlarm(time); const alarm = await storage.getAlarm(); await storage.deleteAlarm(); return alarm; }`;
export const { config, worker } = alarmed({
  alarm: () => {},
  steps: {
    "/none": () => storage.getAlarm(),
    "/number": set("4_000_000_000_123"),
    "/fraction": set("4_000_000_000_123.9"),
    "/date": set("new Date(4_000_000_000_123)"),
    "/past": async () => {
      const before = Date.now();
      await storage.setAlarm(1);
      const alarm = await storage.getAlarm();
      await storage.deleteAlarm();
      return [alarm >= before, alarm <= Date.now()];
    },
    "/twice": async () => {
      storage.setAlarm(4_000_000_000_000);
      storage.setAlarm(4_100_000_000_000);
      const alarm = await storage.getAlarm();
      storage.setAlarm(3_900_000_000_000);
      return [alarm, await storage.getAlarm(), await storage.deleteAlarm(), await storage.getAlarm(), await storage.deleteAlarm()];
    },
    "/not-a-key": async () => {
      await storage.setAlarm(4_000_000_000_000);
      const keys = [...(await storage.list()).keys()];
      const rows = storage.sql.exec("SELECT name FROM sqlite_master").toArray();
      await storage.deleteAlarm();
      return [keys, rows];
    },
  },
});
export async function client(t) {
  for (const path of ["/none", "/number", "/fraction", "/date", "/past", "/twice", "/not-a-key"]) await t.fetch(path);
}
