// Section 6.7: an event that aborts the object while the handler waits: the alarm is run again, by a new instance.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async (info) => {
    note("run", info.retryCount);
    if (info.retryCount === 0) await new Promise(() => {});
    note("end");
  },
  steps: {
    "/set": () => storage.setAlarm(Date.now()),
    "/abort": () => { self.ctx.abort("from outside"); },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run 0"));
  await t.fetch("/abort");
  await t.settled("/log", (log) => log.includes("end"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
