// Section 6.7: a class without alarm() cannot set one, but for its constructor; what that sets is dropped when it is due.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  start: () => { storage.setAlarm(Date.now() + 30).then(() => note("set"), (error) => note(error)); },
  steps: {
    "/set": () => storage.setAlarm(Date.now()),
    "/zero": () => storage.setAlarm(0),
    "/alarm": () => storage.getAlarm(),
    "/delete": () => storage.deleteAlarm(),
  },
});
export async function client(t) {
  await t.fetch("/set");
  await t.fetch("/zero");
  await t.fetch("/log");
  await t.settled("/alarm", (alarm) => alarm === "null");
  await t.fetch("/delete");
}
