// Section 4.4: calls on promises that have not settled.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n; constructor(n) { super(); this.n = n; } inc(by = 1) { return (this.n += by); } get value() { return this.n; } next() { return new Counter(this.n + 1); } deep() { return { inside: new Counter(this.n * 2) }; } }
export class Room extends DurableObject {
  async counter(n) { await scheduler.wait(1); return new Counter(n); }
  object() { return { a: { b: [10, 20] }, c: new Counter(1), f: (x) => x + 1, text: "text", map: new Map([["k", 1]]) }; }
  text() { return "text"; }
  map() { return new Map([["k", () => 1]]); }
  list() { return [1, () => 2]; }
  fail() { throw new RangeError("no counter"); }
  fn() { return (x) => ({ doubled: x * 2 }); }
  other() { return this.env.ROOM.getByName("other"); }
  nothing() {}
}`,
}, {
  "call": ({ env }) => env.ROOM.getByName("a").counter(1).inc(2),
  "property": ({ env }) => env.ROOM.getByName("a").counter(1).value,
  "three deep": ({ env }) => env.ROOM.getByName("a").counter(1).next().next().value,
  "through objects": ({ env }) => env.ROOM.getByName("a").counter(1).next().deep().inside.inc(1),
  "in order": ({ env }) => { const c = env.ROOM.getByName("a").counter(0); return Promise.all([c.inc(1), c.inc(10), c.value, c.inc(100)]); },
  "and awaiting it": async ({ env }) => { const c = env.ROOM.getByName("a").counter(0); const early = c.inc(1); const stub = await c; return [await early, await stub.inc(1), await c.inc(1)]; },
  "plain data": ({ env }) => env.ROOM.getByName("a").object().a.b,
  "an element": ({ env }) => env.ROOM.getByName("a").object().a.b[1],
  "text": ({ env }) => env.ROOM.getByName("a").object().text,
  "length of text": ({ env }) => env.ROOM.getByName("a").object().text.length,
  "a function": ({ env }) => env.ROOM.getByName("a").object().f(1),
  "a target": ({ env }) => env.ROOM.getByName("a").object().c.inc(4),
  "a function that was returned": ({ env }) => env.ROOM.getByName("a").fn()(4),
  "and its result": ({ env }) => env.ROOM.getByName("a").fn()(4).doubled,
  "missing": ({ env }) => env.ROOM.getByName("a").object().missing,
  "missing call": ({ env }) => env.ROOM.getByName("a").object().missing(),
  "not a function": ({ env }) => env.ROOM.getByName("a").object().a(),
  "on text": ({ env }) => env.ROOM.getByName("a").text().length,
  "on nothing": ({ env }) => env.ROOM.getByName("a").nothing().x,
  "on a map": ({ env }) => env.ROOM.getByName("a").map().get("k"),
  "on an array": ({ env }) => typeof env.ROOM.getByName("a").list()[1],
  "on an array's element": ({ env }) => env.ROOM.getByName("a").list()[0],
  "on text, late": async ({ env }) => { const p = env.ROOM.getByName("a").text(); await p; return p.length; },
  "on an object, late": async ({ env }) => { const p = env.ROOM.getByName("a").object(); await p; return [await p.a.b, await p.f(2), await p.c.inc()]; },
  "of a failure": ({ env }) => env.ROOM.getByName("a").fail().inc(1),
  "of a failure, deeper": ({ env }) => env.ROOM.getByName("a").fail().a.b.c(),
  "an object's stub": ({ env }) => env.ROOM.getByName("a").other().counter(5).inc(1),
  "toString of it": ({ env }) => env.ROOM.getByName("a").object().toString(),
  "constructor of it": ({ env }) => env.ROOM.getByName("a").object().constructor.name,
  "catch": ({ env }) => env.ROOM.getByName("a").fail().catch((error) => `caught ${error.message}`),
  "finally": async ({ env, note }) => { const value = await env.ROOM.getByName("a").text().finally(() => note("finally")); return value; },
  "finally of a property": async ({ env, note }) => { const value = await env.ROOM.getByName("a").object().text.finally(() => note("finally")); return value; },
});
