// Section 4.4: since 2026-01-20 a target, a function or a proxy that has a dup() of its own is duplicated by it.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { constructor(shared = { n: 0, dups: 0, disposed: 0 }) { super(); this.shared = shared; } inc() { return ++this.shared.n; } dup() { this.shared.dups++; return new Counter(this.shared); } [Symbol.dispose]() { this.shared.disposed++; } }
class Bad extends RpcTarget { dup() { return 5; } }
export class Room extends DurableObject { async inc(counter) { return await counter.inc(); } async call(f) { return await f(); } }
async function settled(shared, count) { for (let i = 0; i < 100 && shared.disposed < count; i++) await scheduler.wait(1); return shared; }`,
}, {
  "a target": async ({ env }) => { const counter = new Counter(); await env.ROOM.getByName("a").inc(counter); await env.ROOM.getByName("a").inc(counter); return settled(counter.shared, 2); },
  "a function": async ({ env }) => { let dups = 0; const f = () => "called"; f.dup = () => { dups++; return f; }; return [await env.ROOM.getByName("a").call(f), dups]; },
  "a bad target": ({ env }) => env.ROOM.getByName("a").inc(new Bad()),
  "a bad function": ({ env }) => env.ROOM.getByName("a").call(Object.assign(() => 1, { dup: () => 7 })),
  "a bad proxy": ({ env }) => env.ROOM.getByName("a").inc(new Proxy(new Bad(), {})),
});
