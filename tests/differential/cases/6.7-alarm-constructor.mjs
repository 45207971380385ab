// Section 6.7: an alarm set by the constructor, alone and in blockConcurrencyWhile().
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  start: () => {
    self.ctx.blockConcurrencyWhile(async () => {
      if ((await storage.getAlarm()) === null && !(await storage.get("had"))) {
        await storage.put("had", true);
        await storage.setAlarm(Date.now() + 10);
      }
      note("ready");
    });
  },
  alarm: (info) => { note("ran", info.retryCount); },
  steps: { "/touch": () => "touched", "/alarm": () => storage.getAlarm() },
});
export async function client(t) {
  await t.fetch("/touch");
  await t.settled("/log", (log) => log.includes("ran"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
