// Section 4.3 and 4.4: calls on one stub arrive in order; and the gates hold for them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  sqlite: true,
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Log extends RpcTarget { constructor(room) { super(); this.room = room; } add(x) { this.room.log.push(x); } }
export class Room extends DurableObject {
  log = [];
  add(x) { this.log.push(x); return this.log.length; }
  async slow(x) { while (this.log.length === 0) await scheduler.wait(1); this.log.push(x); }
  all() { return this.log; }
  logger() { return new Log(this); }
  async blocked(x) { return this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(3); this.log.push(x); return x; }); }
  async back(f) { return this.ctx.blockConcurrencyWhile(async () => await f()); }
  async count() { const n = (await this.ctx.storage.get("n")) ?? 0; await this.ctx.storage.put("n", n + 1); return n + 1; }
  async fetch(request) { this.log.push("fetch " + new URL(request.url).pathname); return new Response(); }
}`,
}, {
  "in order": async ({ env }) => { const room = env.ROOM.getByName("1"); for (let i = 0; i < 20; i++) void room.add(i); return room.all(); },
  "on a target": async ({ env }) => { const room = env.ROOM.getByName("3"); const log = await room.logger(); await Promise.all([log.add(1), log.add(2), log.add(3)]); return room.all(); },
  "a slow one does not hold the others": async ({ env }) => { const room = env.ROOM.getByName("4"); await Promise.all([room.slow("slow"), room.add("quick")]); return room.all(); },
  "a section does": async ({ env }) => { const room = env.ROOM.getByName("5"); await Promise.all([room.blocked("section"), room.add("after")]); return room.all(); },
  "a callback within a section": ({ env }) => env.ROOM.getByName("6").back(() => "from outside"),
  "counting": async ({ env }) => { const room = env.ROOM.getByName("7"); return Promise.all([room.count(), room.count(), room.count()]); },
});
