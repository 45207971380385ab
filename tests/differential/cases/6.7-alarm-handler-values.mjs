// Section 6.7: what counts as a handler: a method, a field set by the constructor, nothing that is no function.
import { alarmed } from "../alarms.mjs";

const kinds = { "/function": "() => { note('field'); }", "/async": "async () => { note('async field'); }", "/text": "'x'", "/null": "null", "/object": "({})" };
const steps = Object.fromEntries(Object.entries(kinds).map(([path, value]) => [path, `async () => { self.alarm = ${value}; await storage.setAlarm(Date.now() + 600_000); return "set"; }`]));
export const { config, worker } = alarmed({ start: () => { self.alarm = () => { note("from the constructor", self === undefined); }; }, steps: { "/set": () => storage.setAlarm(Date.now()), ...steps } });
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("constructor"));
  for (const path of Object.keys(kinds)) await t.fetch(path);
}
