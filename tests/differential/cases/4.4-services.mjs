// Section 1.1 and 4.4: service bindings to named entrypoints, with props.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  services: { SIDE: { entrypoint: "Side", props: { greeting: "hello" } }, BARE: { entrypoint: "Side" }, PLAIN: { entrypoint: "plain" }, SELF: {} },
  imports: `import { WorkerEntrypoint, RpcTarget } from "cloudflare:workers";`,
  prelude: `
let made = 0;
class Counter extends RpcTarget { n = 0; inc() { return ++this.n; } }
export class Side extends WorkerEntrypoint {
  constructor(ctx, env) { super(ctx, env); this.number = ++made; this.hidden = () => 1; }
  hello(name) { return \`\${this.ctx.props.greeting} \${name}\`; }
  props() { return this.ctx.props; }
  instances() { return this.number; }
  names() { return [typeof this.env.SIDE.hello, typeof this.ctx.waitUntil]; }
  counter() { return new Counter(); }
  get getter() { return { a: { b: 1 } }; }
  fail() { throw new TypeError("from the side"); }
  later() { this.ctx.waitUntil(scheduler.wait(1)); return "later"; }
  fetch(request, ...rest) { return Response.json([request.method, request.url, rest.length, this.ctx.props]); }
}
export const plain = {
  own: "own",
  one(arg, env, ctx) { return [arg, typeof env.SIDE, typeof ctx.waitUntil]; },
  two(a, b, env, ctx) {},
  short(arg) { return arg; },
  none() { return arguments.length; },
  async fetch(request, env, ctx) { return new Response("plain " + typeof env.SIDE + typeof ctx.waitUntil); },
};`,
}, {
  "method": ({ env }) => env.SIDE.hello("bob"),
  "props": async ({ env }) => [await env.SIDE.props(), await env.BARE.props()],
  "an instance for each call": async ({ env }) => (await env.SIDE.instances()) !== (await env.SIDE.instances()),
  "env and ctx": ({ env }) => env.SIDE.names(),
  "fetch": async ({ env }) => (await env.SIDE.fetch("http://x/y", { method: "POST" })).json(),
  "pipelining": ({ env }) => env.SIDE.counter().inc(),
  "a target": async ({ env }) => { const c = await env.SIDE.counter(); return [await c.inc(), await c.inc()]; },
  "getter": ({ env }) => env.SIDE.getter.a.b,
  "failing": ({ env }) => env.SIDE.fail(),
  "hidden": ({ env }) => env.SIDE.hidden(),
  "missing": ({ env }) => env.SIDE.missing(),
  "ctx": ({ env }) => env.SIDE.ctx,
  "waitUntil": ({ env }) => env.SIDE.later(),
  "plain object": ({ env }) => env.PLAIN.one("x"),
  "short": ({ env }) => env.PLAIN.short("x"),
  "without env": ({ env }) => env.PLAIN.none("x"),
  "no argument": ({ env }) => env.PLAIN.one(),
  "two arguments": ({ env }) => env.PLAIN.one(1, 2),
  "four parameters": ({ env }) => env.PLAIN.two(1),
  "own property": ({ env }) => env.PLAIN.own,
  "toString of it": ({ env }) => env.PLAIN.missing("x"),
  "plain fetch": async ({ env }) => (await env.PLAIN.fetch("http://x/")).text(),
  "the default export": ({ env }) => env.SELF.missing(1),
  "reserved": ({ env }) => env.SIDE.alarm(),
  "a binding as an argument": async ({ env }) => typeof (await env.SIDE.counter()),
  "keys": ({ env }) => Object.keys(env).filter((key) => key !== "PROBE_OBJECT").sort(),
});
