// Section 6.7: an alarm that was deleted, or moved, before it is due does not run then.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: (info) => { note("ran", info.scheduledTime === self.time); },
  steps: {
    "/deleted": async () => {
      await storage.setAlarm(Date.now() + 15);
      await storage.deleteAlarm();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return storage.getAlarm();
    },
    "/moved": async () => {
      await storage.setAlarm(Date.now() + 400);
      await scheduler.wait(1);
      self.time = Date.now() + 600;
      await storage.setAlarm(self.time);
    },
    "/earlier": async () => {
      await storage.setAlarm(Date.now() + 60_000);
      await scheduler.wait(1);
      self.time = Date.now() + 10;
      await storage.setAlarm(self.time);
    },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/deleted");
  await t.fetch("/log");
  await t.fetch("/moved");
  await t.settled("/log", (log) => log.split("ran").length === 2);
  await t.settled("/alarm", (alarm) => alarm === "null");
  await t.fetch("/earlier");
  await t.settled("/log", (log) => log.split("ran").length === 3);
}
