// Section 6.7: what setAlarm(), getAlarm() and deleteAlarm() accept, and what they say otherwise.
import { alarmed } from "../alarms.mjs";

const later = "Date.now() + 600_000";
const attempts = [
  "", "undefined", "null", "'x'", "'1900000000000'", "{}", "[]", "true", "5n", "NaN", "Infinity", "-Infinity", "0", "-0", "-1", "0.5", "1e17", "9e12", "-9e12",
  "new Date(0)", "new Date(NaN)", "new Date('2100-01-01')", "new Date('2300-01-01')", "new Date(-1)",
  `${later}, undefined`, `${later}, null`, `${later}, {}`, `${later}, 1`, `${later}, 'x'`,
  `${later}, { allowConcurrency: true }`, `${later}, { allowUnconfirmed: true }`, `${later}, { allowUnconfirmed: 'x' }`, `${later}, { other: 1 }`,
];
const others = ["", "undefined", "null", "{}", "1", "'x'", "{ allowConcurrency: true }"];
const attempt = (call) => `async () => {
  let promise;
  try { promise = storage.${call}; } catch (error) { return "threw at once " + shown(error); }
  if (!(promise instanceof Promise)) return "no promise";
  const result = await promise;
  const alarm = await storage.getAlarm();
  await storage.deleteAlarm();
  return [result === undefined ? "undefined" : result === null ? "null" : typeof result, alarm === null ? null : typeof alarm, Math.abs(alarm - Date.now()) < 60_000 ? "now" : "later"];
}`;
const steps = {};
for (const one of attempts) steps[`/setAlarm/${encodeURIComponent(one)}`] = attempt(`setAlarm(${one})`);
for (const one of others) steps[`/getAlarm/${encodeURIComponent(one)}`] = attempt(`getAlarm(${one})`);
for (const one of others) steps[`/deleteAlarm/${encodeURIComponent(one)}`] = attempt(`deleteAlarm(${one})`);

export const { config, worker } = alarmed({ alarm: () => {}, steps });
export async function client(t) {
  for (const path of Object.keys(steps)) t.log(decodeURIComponent(path), (await t.fetch(path, { quiet: true })).body);
}
