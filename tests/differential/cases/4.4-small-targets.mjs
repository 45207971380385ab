// Section 4.4: targets, functions and promises: their shape, their uses and their disposal, one small thing each.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcPromise, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n = 0; inc(by = 1) { return (this.n += by); } get v() { return this.n; } set v(x) { this.n = x; } static st() { return 1; } #p() {} async fail() { throw new RangeError("counter fails"); } *gen() { yield 1; } get thrower() { throw new TypeError("getter throws"); } self() { return this; } then2(f) { return f(2); } }
export class Room extends DurableObject {
  constructor(ctx, env) { super(ctx, env); this.own = 5; this.arrow = () => 1; }
  counter() { return new Counter(); }
  echo(x) { return x; }
  get prop() { return 7; }
  async asyncThrow() { await 0; throw Object.assign(new Error("with props"), { status: 418, code: "ECODE" }); }
  throwNull() { throw null; }
  throwUndefined() { throw undefined; }
  throwObject() { throw { a: 1 }; }
  prom() { return { p: Promise.resolve(1) }; }
  callTwice(f) { return Promise.all([f(1), f(2)]); }
  async keep(f) { this.f = f; }
  async useKept() { return await this.f(1); }
  async keepDup(f) { this.f = f.dup(); }
  nested() { return { a: { b: { c: () => "deep" } } }; }
  frozen() { return Object.freeze({ a: [1] }); }
  arr() { const a = [1, 2]; a.extra = 5; return a; }
}
const stubOf = (env, name = "a") => env.ROOM.getByName(name);`,
}, {
  "target own": ({ env }) => stubOf(env).counter().n,
  "target getter": ({ env }) => stubOf(env).counter().v,
  "target thrower": ({ env }) => stubOf(env).counter().thrower,
  "target gen": ({ env }) => stubOf(env).counter().gen(),
  "target static": ({ env }) => stubOf(env).counter().st(),
  "target self": async ({ env }) => { const c = await stubOf(env).counter(); const s = await c.self(); await s.inc(); return await c.v; },
  "target set": async ({ env }) => { const c = await stubOf(env).counter(); c.v = 5; return await c.v; },
  "target proto": async ({ env }) => { const c = await stubOf(env).counter(); return [typeof c, c instanceof RpcStub, Object.prototype.toString.call(c), Object.keys(c), c.constructor?.name]; },
  "target symbol": async ({ env }) => { const c = await stubOf(env).counter(); return [typeof c[Symbol.dispose], typeof c.dup, typeof c[Symbol.asyncDispose]]; },
  "promise shape": ({ env }) => { const p = stubOf(env).echo(1); return [typeof p, Object.prototype.toString.call(p), typeof p.then, typeof p[Symbol.dispose], typeof p.dup, p instanceof Promise, Object.keys(p)]; },
  "promise dup": async ({ env }) => { const p = stubOf(env).counter(); const d = p.dup(); return [await d.inc(), await p.inc()]; },
  "throw props": ({ env }) => stubOf(env).asyncThrow(),
  "throw null": ({ env }) => stubOf(env).throwNull(),
  "throw undefined": ({ env }) => stubOf(env).throwUndefined(),
  "throw object": ({ env }) => stubOf(env).throwObject(),
  "promise inside": async ({ env }) => await (await stubOf(env).prom()).p,
  "callback twice": ({ env }) => stubOf(env).callTwice((x) => x * 2),
  "callback throws": ({ env }) => stubOf(env).callTwice((x) => { throw new SyntaxError("cb"); }),
  "kept": async ({ env }) => { await stubOf(env).keep((x) => x + 1); return await stubOf(env).useKept(); },
  "kept dup": async ({ env }) => { await stubOf(env).keepDup((x) => x + 1); return await stubOf(env).useKept(); },
  "nested fn": ({ env }) => stubOf(env).nested().a.b.c(),
  "nested fn awaited": async ({ env }) => { const n = await stubOf(env).nested(); return [await n.a.b.c(), typeof n[Symbol.dispose], typeof n.a[Symbol.dispose]]; },
  "dispose enumerable": async ({ env }) => { const n = await stubOf(env).nested(); return [Object.keys(n), Object.getOwnPropertySymbols(n).map(String), Object.getOwnPropertyDescriptor(n, Symbol.dispose)?.enumerable, Object.getOwnPropertyDescriptor(n, Symbol.dispose)?.writable]; },
  "plain result dispose": async ({ env }) => { const n = await stubOf(env).frozen(); return [Object.getOwnPropertySymbols(n).map(String), Object.isFrozen(n)]; },
  "array result dispose": async ({ env }) => { const n = await stubOf(env).arr(); return [Object.getOwnPropertySymbols(n).map(String), n, n.extra]; },
  "echo stub of echo": async ({ env }) => { const c = await stubOf(env).counter(); const d = await stubOf(env).echo(c); await d.inc(); return await c.v; },
  "promise arg": ({ env }) => stubOf(env).echo(Promise.resolve(1)),
  "rpc promise arg": ({ env }) => stubOf(env).echo(stubOf(env).echo(1)),
  "rpc prop arg": ({ env }) => stubOf(env).echo(stubOf(env).prop),
  "promise all": ({ env }) => Promise.all([stubOf(env).echo(1), stubOf(env).prop]),
  "new RpcStub fn": async () => { const s = new RpcStub((x) => x + 1); return [await s(1), typeof s]; },
  "new RpcStub obj": async () => { const s = new RpcStub({ a: 1, f: () => 2 }); return [await s.a, await s.f()]; },
  "new RpcStub stub": async () => { const s = new RpcStub(new RpcStub(new Counter())); return await s.inc(); },
  "new RpcStub do": async ({ env }) => { const s = new RpcStub(stubOf(env)); return await s.prop; },
  "new RpcStub date": () => new RpcStub(new Date()),
  "new RpcPromise": () => new RpcPromise(),
  "RpcTarget new": () => typeof new RpcTarget(),
  "DurableObject call": () => new DurableObject(),
  "structuredClone counter": async ({ env }) => structuredClone(await stubOf(env).counter()),
});
