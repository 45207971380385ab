// Section 4.4: what a stub of an object shows, and what its properties and methods are.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room", PLAIN: "Plain" },
  imports: `import { DurableObject, RpcPromise, RpcProperty, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n = 0; inc(by = 1) { return (this.n += by); } get v() { return this.n; } set v(x) { this.n = x; } static st() { return 1; } #p() {} async fail() { throw new RangeError("counter fails"); } *gen() { yield 1; } get thrower() { throw new TypeError("getter throws"); } self() { return this; } then2(f) { return f(2); } }
export class Plain { constructor(ctx) { this.ctx = ctx; } fetch() { return new Response("plain"); } }
export class Room extends DurableObject {
  constructor(ctx, env) { super(ctx, env); this.own = 5; this.arrow = () => 1; }
  counter() { return new Counter(); }
  echo(x) { return x; }
  kinds(...all) { return all.map((x) => typeof x + (x === null ? "null" : x?.constructor?.name ?? "")); }
  get prop() { return 7; }
  get target() { return new Counter(); }
  get promise() { return Promise.resolve({ a: 1 }); }
  thenable() { return { then(f) { f("thenable value"); } }; }
  abort(reason) { this.ctx.abort(reason); }
}
const stubOf = (env, name = "a") => env.ROOM.getByName(name);`,
}, {
  "stub string": ({ env }) => String(Object.prototype.toString.call(stubOf(env))),
  "stub keys": ({ env }) => Object.keys(stubOf(env)),
  "stub in": ({ env }) => ["fetch" in stubOf(env), "foo" in stubOf(env), "id" in stubOf(env), "name" in stubOf(env)],
  "stub own": ({ env }) => Object.getOwnPropertyNames(stubOf(env)),
  "stub set": ({ env }) => { const s = stubOf(env); s.foo = 5; return s.foo; },
  "stub delete": ({ env }) => { const s = stubOf(env); return delete s.foo; },
  "stub define": ({ env }) => { const s = stubOf(env); s.echo = () => 1; return s.echo(2); },
  "stub proto": ({ env }) => [Object.getPrototypeOf(stubOf(env)).constructor.name, stubOf(env) instanceof env.ROOM.constructor],
  "prop typeof": ({ env }) => typeof stubOf(env).prop,
  "prop proto": ({ env }) => [Object.prototype.toString.call(stubOf(env).prop), stubOf(env).prop.constructor?.name],
  "prop instance": ({ env }) => [stubOf(env).prop instanceof RpcProperty, stubOf(env).prop instanceof RpcPromise, stubOf(env).echo(1) instanceof RpcPromise],
  "prop await": ({ env }) => stubOf(env).prop,
  "prop then": ({ env }) => stubOf(env).prop.then((x) => x + 1),
  "prop catch": ({ env }) => stubOf(env).prop.catch(() => 1),
  "prop finally": ({ env }) => stubOf(env).prop.finally(() => {}),
  "prop of target": ({ env }) => stubOf(env).target.inc(3),
  "prop promise": ({ env }) => stubOf(env).promise.a,
  "own prop": ({ env }) => stubOf(env).own,
  "own arrow": ({ env }) => stubOf(env).arrow(),
  "ctx": ({ env, ctx }) => stubOf(env).ctx,
  "env": ({ env }) => stubOf(env).env.X,
  "constructor": ({ env }) => stubOf(env).constructor.name,
  "toString": ({ env }) => stubOf(env).toString(),
  "hasOwn": ({ env }) => stubOf(env).hasOwnProperty("x"),
  "proto": ({ env }) => stubOf(env).__proto__,
  "symbol prop": ({ env }) => stubOf(env)[Symbol.iterator],
  "symbol async": ({ env }) => stubOf(env)[Symbol.asyncIterator],
  "toPrimitive": ({ env }) => String(stubOf(env)),
  "plus": ({ env }) => stubOf(env) + "",
  "prop dup": async ({ env }) => { const d = stubOf(env).target.dup(); return await d.inc(); },
  "method dup": async ({ env }) => { const d = stubOf(env).counter.dup(); return await (await d()).inc(); },
  "method detached": async ({ env }) => { const { echo } = stubOf(env); return await echo(5); },
  "method call": ({ env }) => stubOf(env).echo.call(null, 5),
  "method apply": ({ env }) => stubOf(env).echo.apply(null, [5]),
  "method bind": ({ env }) => typeof stubOf(env).echo.bind(null),
  "method length": ({ env }) => stubOf(env).echo.length,
  "method name": ({ env }) => stubOf(env).echo.name,
  "thenable": ({ env }) => stubOf(env).thenable(),
  "plain rpc": ({ env }) => env.PLAIN.getByName("p").foo(),
  "plain prop": ({ env }) => env.PLAIN.getByName("p").foo,
  "abort default": ({ env }) => stubOf(env, "b").abort(),
  "abort error": ({ env }) => stubOf(env, "b").abort(new TypeError("te")),
  "abort number": ({ env }) => stubOf(env, "b").abort(5),
  "after abort": async ({ env }) => { const s = stubOf(env, "c"); const first = await s.abort("x").catch((e) => e.message); const second = await s.echo(1).catch((e) => e); return [first, second, await stubOf(env, "c").echo(2)]; },
  "stub arg": ({ env }) => stubOf(env).kinds(stubOf(env, "z"), env.ROOM.idFromName("z")),
  "stub echo": async ({ env }) => { const s = await stubOf(env).echo(stubOf(env, "z")); return [s.id, s.name, await s.prop]; },
  "fetch reserved": async ({ env }) => await (await stubOf(env).fetch("http://x/")).text(),
  "alarm reserved": ({ env }) => stubOf(env).alarm(),
  "wsm reserved": ({ env }) => stubOf(env).webSocketMessage(),
  "dup of stub": ({ env }) => { const d = stubOf(env).dup; return typeof d; },
  "dup call": ({ env }) => stubOf(env).dup(),
  "stub dispose": ({ env }) => { const s = stubOf(env); return typeof s[Symbol.dispose]; },
  "path 64": async ({ env }) => { let p = stubOf(env); for (let i = 0; i < 63; i++) p = p["a" + i]; return await p; },
  "path 65": async ({ env }) => { let p = stubOf(env); for (let i = 0; i < 65; i++) p = p["a" + i]; return await p; },
  "path 70 call": async ({ env }) => { let p = stubOf(env); for (let i = 0; i < 70; i++) p = p["a" + i]; return await p(); },
  "long name": ({ env }) => stubOf(env)["x".repeat(2000)](),
  "empty name": ({ env }) => stubOf(env)[""](),
  "then null": ({ env }) => typeof stubOf(env).then,
  "then stub": async ({ env }) => { const c = await stubOf(env).counter(); return typeof c.then; },
  "then prop": ({ env }) => typeof stubOf(env).prop.then,
  "catch stub": ({ env }) => typeof stubOf(env).catch,
  "equals": ({ env }) => [stubOf(env) === stubOf(env), stubOf(env).id.equals(stubOf(env).id), stubOf(env).prop === stubOf(env).prop],
  "inspect props": ({ env }) => { const s = stubOf(env); return [s.id instanceof Object, s.name, Object.getOwnPropertyDescriptor(s, "id")]; },
});
