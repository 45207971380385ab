// Section 5: timers begun before a section wait for its end; fetches and storage of its own come through.
export const config = { classes: { ROOM: "Room", OTHER: "Other" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Other extends DurableObject { async fetch() { await scheduler.wait(5); return new Response("other"); } }
export class Room extends DurableObject {
  async fetch() {
    const log = [], other = this.env.OTHER.getByName("one");
    const pending = [];
    pending.push(new Promise((resolve) => setTimeout(() => { log.push("timer before"); resolve(); }, 5)));
    await this.ctx.blockConcurrencyWhile(async () => {
      log.push("<");
      for (let n = 0; n < 4; n++) await (await other.fetch("http://a/")).text();
      log.push("own fetches");
      await this.ctx.storage.put("a", 1);
      log.push(await this.ctx.storage.get("a"));
      log.push(">");
    });
    await Promise.all(pending);
    return Response.json(log);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/");
}
