// Section 6.7: an alarm that is deleted while it waits to be tried again does not come back.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: (info) => { note("run", info.retryCount); throw new Error("no"); },
  steps: {
    "/set": () => storage.setAlarm(Date.now()),
    "/delete": async () => { await storage.deleteAlarm(); return storage.getAlarm(); },
    "/wait": async () => { await scheduler.wait(2_900); return storage.getAlarm(); },
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run"));
  await t.fetch("/delete");
  await t.fetch("/wait");
  await t.fetch("/log");
}
