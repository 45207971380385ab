// Section 6.7: alarm() of a class that extends DurableObject, with `env`, inherited.
export const config = { classes: { ALARMED: "Alarmed" }, sqlite: true, vars: { WORD: "word" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
class Base extends DurableObject {
  alarm(info) { this.seen = [this.env.WORD, info?.retryCount ?? "called"].join(" "); return this.seen; }
}
export class Alarmed extends Base {
  async fetch(request) {
    if (new URL(request.url).pathname === "/set") await this.ctx.storage.setAlarm(Date.now());
    return new Response(this.seen ?? "nothing");
  }
}
export default {
  async fetch(request, env) {
    return env.ALARMED.getByName("one").fetch(request);
  },
};`;
export async function client(t) {
  await t.fetch("/read");
  await t.fetch("/set");
  await t.settled("/read", (text) => text !== "nothing");
}
