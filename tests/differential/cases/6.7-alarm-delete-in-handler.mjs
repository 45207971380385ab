// Section 6.7: deleteAlarm() in the handler has no effect on the run, and takes back an alarm the handler set.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async () => {
    note("run", await storage.getAlarm());
    await storage.deleteAlarm();
    note(await storage.getAlarm());
    await storage.setAlarm(Date.now() + 20);
    note(typeof (await storage.getAlarm()));
    await storage.deleteAlarm();
    note(await storage.getAlarm());
  },
  steps: {
    "/set": () => storage.setAlarm(Date.now() + 10),
    "/later": async () => { await new Promise((resolve) => setTimeout(resolve, 60)); return storage.getAlarm(); },
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.split("\n").length >= 4);
  await t.fetch("/later");
  await t.fetch("/log");
}
