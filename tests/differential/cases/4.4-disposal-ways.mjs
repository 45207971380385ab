// Section 4.4: when targets are disposed of, and what still works then: results, children, duplicates, arguments that are kept,
// passed on or come back, streams.
import { probes } from "../probes.mjs";
export const variants = { now: { date: "2026-04-21" }, old: { date: "2025-12-01" } };
export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget, RpcStub, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
const heard = [];
class T extends RpcTarget { constructor(name) { super(); this.name = name; } hi() { return "hi " + this.name; } child(n) { return new T(this.name + "." + n); } both() { return { a: new T("a"), b: new T("b") }; } self() { return this; } async slow() { await scheduler.wait(5); return "slow"; } take(x) { return typeof x; } [Symbol.dispose]() { heard.push("disposed " + this.name); } }
export class Room extends DurableObject {
  heard() { return heard.splice(0); }
  target(n) { return new T(n); }
  both() { return { a: new T("a"), b: new T("b"), [Symbol.dispose]() { heard.push("disposed both"); } }; }
  same() { const t = new T("same"); return [t, t]; }
  async keep(t) { this.kept = t.dup ? t.dup() : t; return "kept"; }
  async hold(t) { this.kept = t; return "held"; }
  async useKept() { return await this.kept.hi(); }
  async release() { this.kept[Symbol.dispose](); }
  async echo(t) { return t; }
  async echoDup(t) { return t.dup(); }
  async callLater(t) { await scheduler.wait(5); return await t.hi(); }
  async wrap(t) { return { t }; }
  async pass(name, t) { return await this.env.ROOM.getByName(name).useNow(t); }
  async useNow(t) { return await t.hi(); }
  async passBack(name) { return await this.env.ROOM.getByName(name).target("remote"); }
  fn() { const f = (x) => "fn " + x; f[Symbol.dispose] = () => heard.push("disposed fn"); return f; }
  nested() { return { deep: { list: [new T("n1"), { t: new T("n2") }] } }; }
  async useTwice(t) { return [await t.hi(), await t.hi()]; }
  thrower() { const t = new T("thrown"); throw Object.assign(new Error("with a stub"), { t }); }
  stream() { return new ReadableStream({ pull(c) { c.enqueue(new TextEncoder().encode("x")); }, cancel(r) { heard.push("cancelled"); } }); }
  async sink(w) { const wr = w.getWriter(); await wr.write(new TextEncoder().encode("to sink")); await wr.close(); return "written"; }
  async readAll(r) { return await new Response(r).text(); }
}
const R = (env, n = "a") => env.ROOM.getByName(n);
async function settle(env, n, room = "a") { const all = []; for (let i = 0; i < 60 && all.length < n; i++) { await scheduler.wait(3); all.push(...heard.splice(0)); all.push(...(await R(env, room).heard())); } await scheduler.wait(10); all.push(...heard.splice(0), ...(await R(env, room).heard())); return all.sort(); }
const say = async (p) => { try { return await p; } catch (e) { return e.name + ": " + e.message; } };`,
}, {
  "promise disposed with call queued": async ({ env }) => { const p = R(env).target("p1"); const hi = p.hi(); p[Symbol.dispose](); return [await say(hi), await settle(env, 1)]; },
  "result and its promise": async ({ env }) => { const p = R(env).target("p2"); const t = await p; t[Symbol.dispose](); return [await say(p.hi()), await say(t.hi()), await settle(env, 1)]; },
  "child disposed by parent?": async ({ env }) => { const t = await R(env).target("p3"); const c = await t.child("c"); t[Symbol.dispose](); const h = await say(c.hi()); c[Symbol.dispose](); return [h, await settle(env, 2)]; },
  "pipelined child": async ({ env }) => { const c = await R(env).target("p4").child("c"); const h = await say(c.hi()); c[Symbol.dispose](); return [h, await settle(env, 1)]; },
  "both, one": async ({ env }) => { const b = await R(env).both(); b.a[Symbol.dispose](); const h = [await say(b.a.hi()), await say(b.b.hi())]; b[Symbol.dispose](); return [h, await say(b.b.hi()), await settle(env, 3)]; },
  "both, dup": async ({ env }) => { const b = await R(env).both(); const d = b.a.dup(); b[Symbol.dispose](); const h = [await say(d.hi()), await say(b.a.hi())]; d[Symbol.dispose](); return [h, await settle(env, 3)]; },
  "same twice": async ({ env }) => { const [x, y] = await R(env).same(); x[Symbol.dispose](); const h = [x === y, await say(y.hi())]; y[Symbol.dispose](); return [h, await settle(env, 1)]; },
  "self": async ({ env }) => { const t = await R(env).target("p5"); const s = await t.self(); t[Symbol.dispose](); const h = await say(s.hi()); s[Symbol.dispose](); return [h, await settle(env, 1)]; },
  "keep": async ({ env }) => { const r = [await say(R(env).keep(new T("k1"))), await say(R(env).useKept())]; await R(env).release(); return [r, await say(R(env).useKept()), await settle(env, 1)]; },
  "hold": async ({ env }) => { const r = [await say(R(env).hold(new T("k2"))), await say(R(env).useKept())]; return [r, await settle(env, 1)]; },
  "hold a stub": async ({ env }) => { const s = new RpcStub(new T("k3")); const r = [await say(R(env).hold(s)), await say(R(env).useKept()), await say(s.hi())]; s[Symbol.dispose](); return [r, await settle(env, 1)]; },
  "echo": async ({ env }) => { const t = new T("e1"); const s = await R(env).echo(t); const h = await say(s.hi()); s[Symbol.dispose](); return [s === t, h, await settle(env, 1)]; },
  "echo dup": async ({ env }) => { const s = await R(env).echoDup(new T("e2")); const h = await say(s.hi()); s[Symbol.dispose](); return [h, await settle(env, 1)]; },
  "echo a stub": async ({ env }) => { const o = await R(env).target("e3"); const s = await R(env, "b").echo(o); const h = [await say(s.hi()), await say(o.hi())]; s[Symbol.dispose](); const g = await say(o.hi()); o[Symbol.dispose](); return [h, g, await settle(env, 1)]; },
  "wrap": async ({ env }) => { const w = await R(env).wrap(new T("w1")); const h = await say(w.t.hi()); w[Symbol.dispose](); return [h, await say(w.t.hi()), await settle(env, 1)]; },
  "later": async ({ env }) => { const p = R(env).callLater(new T("l1")); return [await say(p), await settle(env, 1)]; },
  "stub disposed during call": async ({ env }) => { const s = new RpcStub(new T("d1")); const p = R(env).callLater(s); s[Symbol.dispose](); return [await say(p), await say(s.hi()), await settle(env, 1)]; },
  "pass on": async ({ env }) => [await say(R(env).pass("b", new T("o1"))), await settle(env, 1)],
  "pass back": async ({ env }) => { const t = await R(env).passBack("b"); const h = await say(t.hi()); t[Symbol.dispose](); return [h, await settle(env, 1, "b")]; },
  "function": async ({ env }) => { const f = await R(env).fn(); const h = await say(f(1)); f[Symbol.dispose](); return [h, await say(f(2)), await settle(env, 1)]; },
  "function dup": async ({ env }) => { const f = await R(env).fn(); const d = f.dup(); f[Symbol.dispose](); const h = await say(d(1)); d[Symbol.dispose](); return [h, await settle(env, 1)]; },
  "nested": async ({ env }) => { const n = await R(env).nested(); const h = [await say(n.deep.list[0].hi()), await say(n.deep.list[1].t.hi())]; n[Symbol.dispose](); return [h, await say(n.deep.list[0].hi()), await settle(env, 2)]; },
  "use twice": async ({ env }) => [await say(R(env).useTwice(new T("u1"))), await settle(env, 1)],
  "slow disposed": async ({ env }) => { const t = await R(env).target("s1"); const p = t.slow(); t[Symbol.dispose](); return [await say(p), await settle(env, 1)]; },
  "arg target of target": async ({ env }) => { const t = await R(env).target("a1"); const h = await say(t.take(new T("a2"))); t[Symbol.dispose](); return [h, await settle(env, 2)]; },
  "thrown stub": async ({ env }) => { try { await R(env).thrower(); } catch (e) { return [e.message, typeof e.t]; } },
  "stream cancel": async ({ env }) => { const s = await R(env).stream(); const r = s.getReader(); const { value } = await r.read(); await r.cancel("enough"); return [new TextDecoder().decode(value)[0], await settle(env, 1)]; },
  "writable": async ({ env }) => { const { readable, writable } = new IdentityTransformStream(); const p = R(env).sink(writable); const text = await new Response(readable).text(); return [text, await say(p)]; },
  "readable": async ({ env }) => { const { readable, writable } = new IdentityTransformStream(); const p = R(env).readAll(readable); const w = writable.getWriter(); await w.write(new TextEncoder().encode("one ")); await w.write(new TextEncoder().encode("two")); await w.close(); return await say(p); },
  "readable js": async ({ env }) => say(R(env).readAll(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode("js")); c.close(); } }))),
  "readable text chunk": async ({ env }) => say(R(env).readAll(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } }))),
  "readable bytes type": async ({ env }) => say(R(env).readAll(new ReadableStream({ type: "bytes", start(c) { c.enqueue(new TextEncoder().encode("bytes")); c.close(); } }))),
  "readable errors": async ({ env }) => say(R(env).readAll(new ReadableStream({ start(c) { c.error(new RangeError("broken")); } }))),
  "locked": async ({ env }) => { const r = new Response("x").body; r.getReader(); return say(R(env).readAll(r)); },
  "dispose sym on promise": async ({ env }) => { const p = R(env).heard(); return [typeof p[Symbol.dispose], typeof p.then]; },
});
