// Section 6.7: a handler that ends before its transaction does, which is then rolled back: the alarm is over all the same.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: () => {
    note("ran");
    storage.transaction(async (txn) => {
      await txn.put("k", 1);
      await scheduler.wait(30);
      txn.rollback();
      note("rolled back");
    });
  },
  steps: { "/set": () => storage.setAlarm(Date.now()), "/alarm": async () => [await storage.getAlarm(), (await storage.get("k")) ?? null] },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("rolled back"));
  await t.settled("/alarm", (text) => text === "[null,null]");
}
