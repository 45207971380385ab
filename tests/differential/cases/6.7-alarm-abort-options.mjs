// Section 6.7: what abort() takes besides a reason.
import { alarmed } from "../alarms.mjs";

const calls = ["'a', undefined", "'b', {}", "'c', { retryAlarm: true }", "'d', { retryAlarm: undefined }", "'e', { retryAlarm: false }", "undefined, { retryAlarm: false }", "'f', 5", "'g', null"];
const steps = Object.fromEntries(calls.map((call, at) => [`/${at}`, `() => { self.ctx.abort(${call}); }`]));
export const { config, worker } = alarmed({ alarm: () => {}, steps });
export async function client(t) {
  for (const path of Object.keys(steps)) await t.fetch(path);
}
