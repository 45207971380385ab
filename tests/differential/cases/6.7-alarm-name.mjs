// Section 6.7: `this`, the number of arguments and the object's name in the handler.
import { alarmed } from "../alarms.mjs";

export const { config, worker } = alarmed({
  alarm: (info) => { note(self.ctx.id.name, self.constructor.name, typeof info); },
  steps: { "/set": () => storage.setAlarm(Date.now()) },
});
export async function client(t) {
  await t.fetch("/set");
  await t.settled("/log", (log) => log.includes("one"));
}
