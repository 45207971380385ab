// Section 6.7: an alarm whose object cannot be made is tried again, and that is not counted as a failure of the handler.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  start: () => { if (Date.now() < globalThis.until) throw new Error("not yet"); },
  alarm: (info) => { note("run", info.retryCount, info.isRetry); },
  steps: {
    "/set": async () => {
      await storage.setAlarm(Date.now() + 10);
      await storage.sync();
      globalThis.until = Date.now() + 1_000;
      self.ctx.abort("and not made again for a second");
    },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
