// Section 4.5: what errors carry on each of the ways from an object to a caller: from constructors, methods, targets and
// abort(), directly, through other objects and through entrypoints.
export const config = { classes: { ROOM: "Room", OTHER: "Other" }, };
export const variants = { before: { date: "2026-04-20" }, after: { date: "2026-04-21" } };
export const worker = `
import { DurableObject, WorkerEntrypoint, RpcTarget } from "cloudflare:workers";
let fails = { sync1: 1, sync2: 1, sync3: 1, block1: 1, block2: 1, sync5: 1, sync6: 1 };
class T extends RpcTarget { constructor(c) { super(); this.c = c; } boom() { throw new RangeError("target boom"); } die(r) { this.c.abort(r); } hang() { return new Promise(() => {}); } }
export class Room extends DurableObject {
  constructor(ctx, env) { super(ctx, env); const n = ctx.id.name; if (fails[n]) { const f = fails[n]--; if (n.startsWith("sync")) throw new TypeError("ctor " + n); ctx.blockConcurrencyWhile(async () => { await scheduler.wait(1); throw new RangeError("block " + n); }); } }
  ok() { return "ok"; }
  fetch() { return new Response("fetched"); }
  target() { return new T(this.ctx); }
  block() { return this.ctx.blockConcurrencyWhile(async () => { throw new SyntaxError("failing"); }); }
  blockCaught() { return this.ctx.blockConcurrencyWhile(async () => { throw new SyntaxError("failing"); }).catch(() => "caught"); }
  hang() { return new Promise(() => {}); }
  abort(r) { this.ctx.abort(r); }
  abortLater(r) { setTimeout(() => { try { this.ctx.abort(r); } catch {} }, 2); return new Promise(() => {}); }
  abortErr() { this.ctx.abort(Object.assign(new RangeError("own"), { extra: 1, remote: "mine", retryable: true, overloaded: 5 })); }
  throwFlags() { throw Object.assign(new Error("flagged"), { remote: false, retryable: true, overloaded: true, durableObjectReset: true, durableObjectId: "x", other: 1 }); }
  async nested(name, m) { return await this.env.ROOM.getByName(name)[m](); }
  async nestedFetch(name) { const r = await this.env.OTHER.getByName(name).fetch("http://x/"); return r.status; }
  async nestedCatch(name, m) { try { await this.env.ROOM.getByName(name)[m](); } catch (e) { throw new Error("wrapped " + e.message, { cause: e }); } }
  async rethrow(name, m) { try { await this.env.ROOM.getByName(name)[m](); } catch (e) { e.seen = true; throw e; } }
  async callback(f) { return await f(); }
  stubOf(name) { return this.env.ROOM.getByName(name); }
}
export class Other extends DurableObject { fetch() { throw new EvalError("other fetch"); } }
export class Ent extends WorkerEntrypoint { boom() { throw new URIError("ent boom"); } async through(name, m) { return await this.env.ROOM.getByName(name)[m](); } async fetch() { throw new TypeError("ent fetch"); } }
const told = async (action) => { try { let v = await action(); if (v instanceof Response) v = "response " + await v.text(); return typeof v === "object" || typeof v === "function" ? "object" : v; } catch (e) { if (typeof e !== "object" || e === null) return ["not an error", e]; const p = {}; for (const k of Object.keys(e).sort()) if (!/line|column|sourceURL|durableObjectId/.test(k)) p[k] = e[k] instanceof Error ? [String(e[k]), Object.keys(e[k]).filter((key) => key !== "durableObjectId")] : e[k]; return [e.constructor.name, e.name, e.message, p]; } };
export default {
  async fetch(request, env, ctx) {
    const out = [];
    const R = (n) => env.ROOM.getByName(n);
    const say = async (label, action) => { out.push(label + ": " + JSON.stringify(await told(action))); };
    await say("ctor sync rpc", () => R("sync1").ok());
    await say("ctor sync rpc again", () => R("sync1").ok());
    await say("ctor sync fetch", () => R("sync2").fetch("http://x/"));
    await say("ctor same stub", async () => { const s = R("sync3"); const a = await told(() => s.ok()); return JSON.stringify([a, await told(() => s.ok()), await told(() => s.fetch("http://x/"))]); });
    await say("ctor block rpc", () => R("block1").ok());
    await say("ctor block fetch", () => R("block2").fetch("http://x/"));
    await say("ctor property", () => R("sync5").ok);
    await say("block in method", () => R("a1").block());
    await say("block caught", () => R("a2").blockCaught());
    await say("block with others", async () => { const h = told(() => R("a3").hang()); const b = told(() => R("a3").block()); return JSON.stringify([await h, await b, await told(() => R("a3").ok())]); });
    await say("abort", () => R("a4").abort());
    await say("abort string", () => R("a4").abort("str"));
    await say("abort object", () => R("a4").abort({ a: 1 }));
    await say("abort err", () => R("a4").abortErr());
    await say("abort null", () => R("a4").abort(null));
    await say("abort later", () => R("a5").abortLater("later"));
    await say("abort same stub", async () => { const s = R("a6"); const a = await told(() => s.abort("x")); return JSON.stringify([a, await told(() => s.ok()), await told(() => s.fetch("http://x/")), await told(() => R("a6").ok())]); });
    await say("abort others fetch", async () => { const s = R("a7"); const h = told(() => s.hang()); await s.ok(); const b = told(() => R("a7").abort("killed")); return JSON.stringify([await h, await b, await told(() => s.ok())]); });
    await say("target boom", async () => { const t = await R("a8").target(); return t.boom(); });
    await say("target die", async () => { const t = await R("a9").target(); const a = await told(() => t.die("dead")); return JSON.stringify([a, await told(() => t.boom()), await told(() => t.hang())]); });
    await say("target hang die", async () => { const t = await R("b1").target(); const h = told(() => t.hang()); const a = await told(() => R("b1").abort("gone")); return JSON.stringify([await h, a]); });
    await say("pipelined die", () => R("b2").target().die("pdead"));
    await say("throw flags", () => R("b3").throwFlags());
    await say("nested abort", () => R("b4").nested("b5", "abort"));
    await say("nested ctor", () => R("b4").nested("sync6", "ok"));
    await say("nested flags", () => R("b4").nested("b5", "throwFlags"));
    await say("nested fetch", () => R("b4").nestedFetch("b6"));
    await say("nested catch", () => R("b4").nestedCatch("b5", "throwFlags"));
    await say("rethrow", () => R("b4").rethrow("b5", "throwFlags"));
    await say("rethrow abort", () => R("b4").rethrow("b5", "abort"));
    await say("callback", () => R("b4").callback(() => { throw Object.assign(new RangeError("cb"), { mine: 1 }); }));
    await say("callback abort", () => R("b4").callback(() => R("b5").abort("cb abort")));
    await say("self abort through", () => R("b7").nested("b7", "abort"));
    await say("entry boom", () => ctx.exports.Ent.boom());
    await say("entry through", () => ctx.exports.Ent.through("b8", "abort"));
    await say("entry through flags", () => ctx.exports.Ent.through("b8", "throwFlags"));
    await say("entry fetch", () => ctx.exports.Ent.fetch("http://x/"));
    await say("entry missing", () => ctx.exports.Ent.nope());
    await say("stub of", async () => { const s = await R("b9").stubOf("c1"); const a = await told(() => s.abort("via")); return JSON.stringify([a, await told(() => s.ok())]); });
    await say("order", async () => { const s = R("c2"); const all = []; await Promise.all([s.ok().then(() => all.push("rpc1")), s.fetch("http://x/").then(() => all.push("fetch")), s.ok().then(() => all.push("rpc2"))]); return all.sort().join(); });
    return new Response(out.join("\\n"));
  }
};`;
export async function client(t) { const { body } = await t.fetch("/", { quiet: true }); for (const l of body.split("\n")) t.log(l); }
