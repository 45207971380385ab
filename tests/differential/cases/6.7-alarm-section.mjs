// Section 6.7: an alarm that is due while a critical section is open waits for it, and other events pass while a handler waits.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async () => {
    note("alarm begins");
    await new Promise((resolve) => { self.go = resolve; });
    note("alarm ends");
  },
  steps: {
    "/section": () => self.ctx.blockConcurrencyWhile(async () => {
      await storage.setAlarm(Date.now());
      await scheduler.wait(40);
      note("section ends");
    }),
    "/during": () => { note("during"); self.go(); },
  },
});
export async function client(t) {
  await t.fetch("/section");
  await t.settled("/log", (log) => log.includes("alarm begins"));
  await t.fetch("/during");
  await t.settled("/log", (log) => log.includes("alarm ends"));
}
