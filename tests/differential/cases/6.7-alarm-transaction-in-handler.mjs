// Section 6.7: transactions in the handler: an alarm set in one that is rolled back leaves the running one to be deleted.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: async () => {
    self.runs = (self.runs ?? 0) + 1;
    if (self.runs > 1) { note("again"); return; }
    await storage.transaction(async (txn) => {
      note(await txn.getAlarm());
      await txn.setAlarm(Date.now() + 20);
      note(typeof (await txn.getAlarm()), typeof (await storage.getAlarm()));
      txn.rollback();
    });
    note(await storage.getAlarm());
    await storage.transaction(async (txn) => { await txn.setAlarm(Date.now() + 20); });
    note(typeof (await storage.getAlarm()));
  },
  steps: { "/set": () => storage.setAlarm(Date.now()), "/alarm": () => storage.getAlarm() },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("again"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
