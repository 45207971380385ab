// Section 6.7: the shape of what alarm() is given.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: (info) => {
    note(typeof info, Object.prototype.toString.call(info), info.constructor.name, Object.getPrototypeOf(info) === Object.prototype);
    note(Object.keys(info), Object.getOwnPropertyNames(info), Object.getOwnPropertyNames(Object.getPrototypeOf(info)));
    note(Object.entries({ ...info }).map(([key, value]) => key + " " + typeof value));
    const described = Object.getOwnPropertyDescriptor(info, "retryCount");
    note(described ? [described.enumerable, described.configurable, typeof described.get, described.writable ?? null] : "inherited");
    try { info.retryCount = 5; note("assigned"); } catch (error) { note(error.name); }
    note(info.retryCount, "isRetry" in info, Object.isFrozen(info));
  },
  steps: { "/set": () => storage.setAlarm(Date.now()) },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.split("\n").length >= 6);
}
