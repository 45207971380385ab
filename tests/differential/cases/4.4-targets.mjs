// Section 4.4: RpcTargets in both directions.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget {
  n; own = "own";
  constructor(n) { super(); this.n = n; }
  inc(by = 1) { return (this.n += by); }
  get value() { return this.n; }
  get self() { return this; }
  child() { return new Counter(this.n + 1000); }
  fetch(...args) { return ["no request", ...args]; }
  alarm() { return "no alarm"; }
  fail() { throw Object.assign(new Error("failed"), { extra: 1 }); }
  static make() { return 1; }
}
class Plain { hi() { return "hi"; } }
export class Room extends DurableObject {
  counter(n) { return new Counter(n); }
  inObject(n) { return { counter: new Counter(n), n }; }
  two(n) { const one = new Counter(n); return [one, one]; }
  async use(counter, by) { return [await counter.inc(by), await counter.value]; }
  plain() { return new Plain(); }
  plainInside() { return { plain: new Plain() }; }
  async pass(counter) { return counter.dup(); }
  async read(counter, name) { return await counter[name]; }
}`,
}, {
  "returned": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return [await c.inc(), await c.inc(10), await c.value]; },
  "own properties": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.own; },
  "n": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.n; },
  "missing": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.missing(); },
  "fetch is a method": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.fetch(1, "b"); },
  "alarm is a method": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.alarm(); },
  "constructor": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.constructor.name; },
  "a getter of itself": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); const s = await c.self; return [await s.inc(1), await c.inc(1)]; },
  "child": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); const child = await c.child(); return child.value; },
  "failing": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(5); return c.fail(); },
  "in an object": async ({ env }) => { const all = await env.ROOM.getByName("a").inObject(7); return [all.n, await all.counter.inc()]; },
  "the same twice": async ({ env }) => { const all = await env.ROOM.getByName("a").two(1); await all[0].inc(); return [await all[1].value, all[0] === all[1]]; },
  "as an argument": ({ env }) => env.ROOM.getByName("a").use(new Counter(1), 2),
  "a stub as an argument": async ({ env }) => { const stub = new RpcStub(new Counter(1)); return [await env.ROOM.getByName("a").use(stub, 2), await stub.value]; },
  "there and back": async ({ env }) => { const c = await env.ROOM.getByName("a").pass(new Counter(3)); return c.inc(); },
  "between objects": async ({ env }) => { const c = await env.ROOM.getByName("a").counter(50); return env.ROOM.getByName("b").use(c, 5); },
  "an object's stub as an argument": ({ env }) => env.ROOM.getByName("a").read(env.ROOM.getByName("b"), "missing"),
  "a local stub": async () => { const stub = new RpcStub(new Counter(1)); return [await stub.inc(), await stub.value]; },
  "a local stub of a function": async () => { const stub = new RpcStub((a, b) => a * b); return stub(6, 7); },
  "a local stub of an object": async () => { const stub = new RpcStub({ a: 1, f: (x) => x, deep: { b: 2 } }); return [await stub.a, await stub.f("x"), await stub.deep.b]; },
  "another class": ({ env }) => env.ROOM.getByName("a").plain(),
  "another class inside": ({ env }) => env.ROOM.getByName("a").plainInside(),
  "reading through an argument": ({ env }) => env.ROOM.getByName("a").read(new Counter(9), "value"),
  "own property through an argument": ({ env }) => env.ROOM.getByName("a").read(new Counter(9), "own"),
});
