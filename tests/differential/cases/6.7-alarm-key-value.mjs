// Section 6.7: alarms of a class of the key-value backend: set, seen, run, tried again, and part of transactions.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  config: { sqlite: false, disk: true },
  alarm: async (info) => {
    note("run", info.retryCount, info.scheduledTime === self.time, await storage.getAlarm(), (await storage.get("tries")) ?? null);
    await storage.put("tries", info.retryCount + 1);
    if (info.retryCount === 0) throw new Error("not yet");
  },
  steps: {
    "/arguments": async () => { try { await storage.setAlarm(0); } catch (error) { return error; } },
    "/rolled-back": () => storage.transaction(async (txn) => { await txn.setAlarm(Date.now()); txn.rollback(); return txn.getAlarm().catch((error) => error); }),
    "/set": async () => { self.time = Date.now() + 10; await storage.setAlarm(self.time); return (await storage.getAlarm()) === self.time; },
    "/alarm": () => storage.getAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/alarm");
  await t.fetch("/arguments");
  await t.fetch("/rolled-back");
  await t.fetch("/alarm");
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("run 1"));
  await t.settled("/alarm", (alarm) => alarm === "null");
}
