// Section 6.7: with an old compatibility date, wrong arguments are thrown at once.
import { alarmed } from "../alarms.mjs";

const attempt = (call) => `() => { try { storage.${call}; } catch (error) { return "at once " + shown(error); } return "later"; }`;
const steps = Object.fromEntries(["setAlarm()", "setAlarm(0)", "setAlarm('x')", "setAlarm(NaN)", "getAlarm()"].map((call, at) => [`/${at}`, attempt(call)]));
export const { config, worker } = alarmed({ alarm: () => {}, steps, config: { date: "2022-01-01" } });
export async function client(t) {
  for (const path of Object.keys(steps)) await t.fetch(path);
}
