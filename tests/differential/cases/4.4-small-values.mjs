// Section 4.4: values of many kinds as arguments and results.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n = 0; inc(by = 1) { return (this.n += by); } get v() { return this.n; } set v(x) { this.n = x; } static st() { return 1; } #p() {} async fail() { throw new RangeError("counter fails"); } *gen() { yield 1; } get thrower() { throw new TypeError("getter throws"); } self() { return this; } then2(f) { return f(2); } }
export class Room extends DurableObject {
  constructor(ctx, env) { super(ctx, env); this.own = 5; this.arrow = () => 1; }
  echo(x) { return x; }
  kinds(...all) { return all.map((x) => typeof x + (x === null ? "null" : x?.constructor?.name ?? "")); }
  symbol() { return Symbol("x"); }
  cls() { return class A {}; }
  weak() { return new WeakMap(); }
  date() { return [new Date(0), /x/gi, 10n, new Map([[1, 2]]), new Set([1]), new Uint8Array([1, 2]), undefined, null, NaN, -0, new Error("e"), [,1]]; }
  fnWithProps() { return Object.assign(() => 1, { a: 5 }); }
  args() { return arguments.length; }
  response() { return new Response("hello", { headers: { a: "b" } }); }
  readable() { return new Response("stream").body; }
  generator() { return (function* () { yield 1; })(); }
  proxied() { return new Proxy({ a: 1 }, {}); }
  getter() { return { get x() { return 5; } }; }
  nullproto() { return Object.assign(Object.create(null), { a: 1 }); }
  inst() { return new (class Foo { a = 1; })(); }
  sparse() { const a = []; a[5] = 1; return a; }
  boxed() { return [new Number(5), new String("s"), new Boolean(false), Object(1n)]; }
  ab() { return new ArrayBuffer(8, { maxByteLength: 16 }); }
}
const stubOf = (env, name = "a") => env.ROOM.getByName(name);`,
}, {
  "typeof stub": ({ env }) => typeof stubOf(env),
  "symbol": ({ env }) => stubOf(env).symbol(),
  "class": async ({ env }) => typeof await stubOf(env).cls(),
  "weak": ({ env }) => stubOf(env).weak(),
  "values": ({ env }) => stubOf(env).date(),
  "fn props": async ({ env }) => { const f = await stubOf(env).fnWithProps(); return [await f(), await f.a]; },
  "args none": ({ env }) => stubOf(env).args(),
  "args many": ({ env }) => stubOf(env).args(1, undefined, undefined),
  "kinds": ({ env }) => stubOf(env).kinds(undefined, null, new Date(0), [], () => 1, new Counter(), new Headers(), new URL("http://x/")),
  "url arg": ({ env }) => stubOf(env).echo(new URLSearchParams("a=1")),
  "response": async ({ env }) => { const r = await stubOf(env).response(); return [await r.text(), r.headers.get("a")]; },
  "response pipelined": ({ env }) => stubOf(env).response().text(),
  "readable": async ({ env }) => await new Response(await stubOf(env).readable()).text(),
  "generator": ({ env }) => stubOf(env).generator(),
  "proxied": ({ env }) => stubOf(env).proxied(),
  "proxied arg": ({ env }) => stubOf(env).echo(new Proxy({ a: 1 }, {})),
  "getter obj": ({ env }) => stubOf(env).getter(),
  "null proto": ({ env }) => stubOf(env).nullproto(),
  "instance": ({ env }) => stubOf(env).inst(),
  "sparse": ({ env }) => stubOf(env).sparse(),
  "boxed": ({ env }) => stubOf(env).boxed(),
  "resizable": async ({ env }) => { const b = await stubOf(env).ab(); return [b.byteLength, b.resizable, b.maxByteLength]; },
  "ns arg": ({ env }) => stubOf(env).echo(env.ROOM),
  "id arg": ({ env }) => stubOf(env).echo(env.ROOM.idFromName("z")),
  "ctx arg": ({ env, ctx }) => stubOf(env).echo(ctx),
  "request arg": async ({ env }) => await (await stubOf(env).echo(new Request("http://x/", { method: "POST", body: "b" }))).text(),
});
