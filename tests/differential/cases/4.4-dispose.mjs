// Section 4.4: dup(), disposal, and what happens to what was disposed of.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
const heard = [];
class Counter extends RpcTarget { n; constructor(n) { super(); this.n = n; } inc(by = 1) { return (this.n += by); } [Symbol.dispose]() { heard.push("counter " + this.n); if (this.n === 13) throw new Error("in the disposer"); } }
// An object may live in another isolate than the Worker: what was heard in either is put together.
async function until(count, room) { const all = []; for (let i = 0; i < 100 && all.length < count; i++) { await scheduler.wait(2); all.push(...heard.splice(0)); if (room) all.push(...(await room.heard())); } return all.sort(); }
async function scoped(room) { using c = await room.counter(2); await c.inc(); }
export class Room extends DurableObject {
  heard() { return heard.splice(0); }
  counter(n) { return new Counter(n); }
  object(n) { return { counter: new Counter(n), [Symbol.dispose]() { heard.push("object " + n); } }; }
  frozen(n) { return Object.freeze({ n, [Symbol.dispose]() { heard.push("frozen " + n); } }); }
  async use(counter) { return await counter.inc(); }
  async keep(counter) { this.kept = counter.dup(); }
  async drop() { this.kept[Symbol.dispose](); }
  async late(counter) { setTimeout(async () => { try { await counter.inc(); heard.push("late call"); } catch (error) { heard.push("late: " + error.message); } }, 5); }
}`,
}, {
  "a returned stub": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(1); c[Symbol.dispose](); const after = await c.inc().catch((error) => error); return [await until(1, env.ROOM.getByName("a")), after]; },
  "twice": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(1); c[Symbol.dispose](); c[Symbol.dispose](); return until(1, env.ROOM.getByName("a")); },
  "using": async ({ env }) => { await scoped(env.ROOM.getByName("a")); return until(1, env.ROOM.getByName("a")); },
  "dup": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(3); const d = c.dup(); c[Symbol.dispose](); const n = await d.inc(); const before = (await until(0, env.ROOM.getByName("a"))).length; d[Symbol.dispose](); return [n, before, await until(1, env.ROOM.getByName("a"))]; },
  "a returned object": async ({ env }) => { const all = await env.ROOM.getByName("a").object(5); all[Symbol.dispose](); const after = await all.counter.inc().catch((error) => error.message); return [await until(2, env.ROOM.getByName("a")), after]; },
  "a frozen object": async ({ env }) => { const all = await env.ROOM.getByName("a").frozen(16); const { n } = all; all[Symbol.dispose](); return [n, await until(1, env.ROOM.getByName("a"))]; },
  "an argument": async ({ env }) => { const n = await env.ROOM.getByName("a").use(new Counter(6)); return [n, await until(1, env.ROOM.getByName("a"))]; },
  "an argument that is kept": async ({ env }) => { const room = env.ROOM.getByName("a"); await room.keep(new Counter(7)); await scheduler.wait(5); const before = (await until(0, env.ROOM.getByName("a"))).length; await room.drop(); return [before, await until(1, env.ROOM.getByName("a"))]; },
  "used after the call": async ({ env }) => { await env.ROOM.getByName("a").late(new Counter(8)); return until(2, env.ROOM.getByName("a")); },
  "a local stub": async ({ env }) => { const stub = new RpcStub(new Counter(9)); await stub.inc(); stub[Symbol.dispose](); return until(1, env.ROOM.getByName("a")); },
  "a stub as an argument stays": async ({ env }) => { const stub = new RpcStub(new Counter(10)); await env.ROOM.getByName("a").use(stub); const n = await stub.inc(); await scheduler.wait(2); const before = (await until(0, env.ROOM.getByName("a"))).length; stub[Symbol.dispose](); return [n, before, await until(1, env.ROOM.getByName("a"))]; },
  "a promise, before": async ({ env }) => { const p = env.ROOM.getByName("a").counter(11); p[Symbol.dispose](); const piped = await p.inc().catch((error) => error); return [piped, await until(1, env.ROOM.getByName("a"))]; },
  "a promise, after": async ({ env }) => { const p = env.ROOM.getByName("a").counter(12); const c = await p; p[Symbol.dispose](); const after = await c.inc().catch((error) => error.message); return [after, await until(1, env.ROOM.getByName("a"))]; },
  "a disposer that throws": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(13); c[Symbol.dispose](); return until(1, env.ROOM.getByName("a")); },
  "a call under way": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(14); const p = c.inc(); c[Symbol.dispose](); return [await p, await until(1, env.ROOM.getByName("a"))]; },
  "a disposed stub as an argument": async ({ env }) => { const stub = new RpcStub(new Counter(15)); stub[Symbol.dispose](); await until(1, env.ROOM.getByName("a")); return env.ROOM.getByName("a").use(stub); },
});
