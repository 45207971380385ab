// Section 6.7: alarms take part in transactions: a rollback restores the alarm, a commit sets it.
import { alarmed } from "../alarms.mjs";

const T = 4_000_000_000_000;
export const { config, worker } = alarmed({
  alarm: () => {},
  steps: {
    "/commit": `() => storage.transaction(async (txn) => { await txn.setAlarm(${T}); return [await txn.getAlarm(), await storage.getAlarm()]; })`,
    "/alarm": () => storage.getAlarm(),
    "/rollback": `() => storage.transaction(async (txn) => { await txn.setAlarm(${T + 1000}); const seen = await txn.getAlarm(); txn.rollback(); return seen; })`,
    "/throw": `() => storage.transaction(async (txn) => { await txn.deleteAlarm(); note(await txn.getAlarm()); throw new Error("back"); })`,
    "/outside": `() => storage.transaction(async (txn) => { await storage.setAlarm(${T + 2000}); txn.rollback(); })`,
    "/sync": `() => { try { storage.transactionSync(() => { storage.setAlarm(${T + 3000}); throw new Error("back"); }); } catch (error) { return error.message; } }`,
    "/sync-commit": `() => storage.transactionSync(() => { storage.setAlarm(${T + 4000}); return "done"; })`,
    "/delete": `() => storage.transaction((txn) => txn.deleteAlarm())`,
    "/after": `async () => { let kept; await storage.transaction(async (txn) => { kept = txn; }); return kept.setAlarm(${T}); }`,
    "/rolled-back": `() => storage.transaction(async (txn) => { txn.rollback(); return txn.getAlarm(); })`,
    "/rolled-back-set": `() => storage.transaction(async (txn) => { txn.rollback(); return txn.setAlarm(${T}); })`,
    "/rolled-back-delete": `() => storage.transaction(async (txn) => { txn.rollback(); return txn.deleteAlarm(); })`,
    "/wrong": `() => storage.transaction((txn) => txn.setAlarm("x"))`,
    "/zero": `() => storage.transaction((txn) => txn.setAlarm(0))`,
  },
});
export async function client(t) {
  for (const path of ["/commit", "/rollback", "/throw", "/outside", "/sync", "/sync-commit", "/delete"]) {
    await t.fetch(path);
    await t.fetch("/alarm");
  }
  for (const path of ["/after", "/rolled-back", "/rolled-back-set", "/rolled-back-delete", "/wrong", "/zero"]) await t.fetch(path);
}
