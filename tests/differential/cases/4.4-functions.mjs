// Section 4.4: functions as arguments and results.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject {
  kept = null;
  async call(f, ...args) { return await f(...args); }
  async property(f, name) { return await f[name]; }
  async twice(f) { return [await f(1), await f(2)]; }
  async order(f) { const calls = []; for (let i = 0; i < 5; i++) calls.push(f(i)); return Promise.all(calls); }
  make() { let n = 0; return () => ++n; }
  adder(a) { return (b) => a + b; }
  nested() { return { inc: (n) => n + 1, more: { dec: (n) => n - 1 }, list: [(n) => n * n] }; }
  async keep(f) { this.kept = f.dup(); return "kept"; }
  async keepWithout(f) { this.kept = f; return "kept"; }
  async useKept(x) { return await this.kept(x); }
  typeOf(f) { return [typeof f, f instanceof RpcStub, f instanceof Function, f.constructor.name]; }
  inMap(map) { return map.get("f")(3); }
  returnIt(f) { return f.dup(); }
}`,
}, {
  "callback": ({ env }) => env.ROOM.getByName("a").call((x) => x + 1, 41),
  "async callback": ({ env }) => env.ROOM.getByName("a").call(async (x) => { await scheduler.wait(1); return x * 2; }, 4),
  "callback that throws": ({ env }) => env.ROOM.getByName("a").call(() => { throw new TypeError("from the callback"); }),
  "twice": ({ env }) => env.ROOM.getByName("a").twice((x) => x * 10),
  "in order": ({ env }) => { let last = 0; return env.ROOM.getByName("a").order((i) => [i, ++last]); },
  "own property of a function": ({ env }) => { const f = () => 1; f.extra = { a: 1 }; return env.ROOM.getByName("a").property(f, "extra"); },
  "name of a function": ({ env }) => env.ROOM.getByName("a").property(function named() {}, "name"),
  "missing property of a function": ({ env }) => env.ROOM.getByName("a").property(() => 1, "missing"),
  "this": ({ env }) => env.ROOM.getByName("a").call(function () { return this === undefined ? "undefined" : typeof this; }),
  "what arrives": ({ env }) => env.ROOM.getByName("a").typeOf(() => 1),
  "a returned function": async ({ env }) => { const f = await env.ROOM.getByName("a").make(); return [await f(), await f(), typeof f]; },
  "a closure": async ({ env }) => { const f = await env.ROOM.getByName("a").adder(5); return f(6); },
  "in objects": async ({ env }) => { const all = await env.ROOM.getByName("a").nested(); return [await all.inc(1), await all.more.dec(1), await all.list[0](4)]; },
  "in a map": ({ env }) => env.ROOM.getByName("a").inMap(new Map([["f", (x) => x + 0.5]])),
  "kept with dup": async ({ env }) => { const room = env.ROOM.getByName("b"); const out = [await room.keep((x) => x + 100)]; out.push(await room.useKept(1)); return out; },
  "kept without dup": async ({ env }) => { const room = env.ROOM.getByName("c"); await room.keepWithout((x) => x); return room.useKept(1); },
  "there and back": async ({ env }) => { const f = await env.ROOM.getByName("a").returnIt((x) => x + "!"); return f("back"); },
  "stub of a plain object": ({ env }) => env.ROOM.getByName("a").property(new RpcStub({ a: { b: 1 } }), "a"),
});
