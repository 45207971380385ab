// Sections 1.3, 1.4 and 4.4: ctx.props, ctx.exports, `env` and `exports` of the module, and what replaces them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  vars: { TEXT: "text", JSONS: { a: [1] } },
  services: { SIDE: { entrypoint: "Side", props: { deep: { list: [1, { x: null }] }, text: "ü" } } },
  imports: `import { DurableObject, RpcTarget, WorkerEntrypoint, env as own, exports as all, withEnv, withExports, withEnvAndExports, waitUntil } from "cloudflare:workers";`,
  prelude: `
const early = own.TEXT;
export class Side extends WorkerEntrypoint {
  props() { return this.ctx.props; }
  seen() { return [own.TEXT, own === this.env, this.env.TEXT]; }
  mutate() { try { this.ctx.props.text = "changed"; } catch {} return this.ctx.props.text; }
  exports() { return Object.keys(this.ctx.exports).sort(); }
  again(props) { return this.ctx.exports.Side({ props }).props(); }
  give() { return this.ctx.exports.Side({ props: { given: true } }); }
  take(stub) { return stub.props(); }
}
export class Room extends DurableObject {
  props() { return this.ctx.props; }
  seen() { return [own.TEXT, typeof all.Side, typeof this.ctx.exports.Side]; }
  viaExports() { return this.ctx.exports.Side({ props: { from: "room" } }).props(); }
  replaced() { return withEnv({ TEXT: "replaced" }, () => [own.TEXT, this.env.TEXT]); }
}
export const plain = { async props(arg, env, ctx) { return ctx.props; } };`,
}, {
  "props of a binding": ({ env }) => env.SIDE.props(),
  "props are fresh": async ({ env }) => [await env.SIDE.mutate(), await env.SIDE.mutate()],
  "props of the default entrypoint": ({ ctx }) => ctx.props,
  "props of an object": ({ env }) => env.ROOM.getByName("a").props(),
  "props from exports": ({ ctx }) => ctx.exports.Side({ props: { a: 1 } }).props(),
  "props from exports, none": async ({ ctx }) => [await ctx.exports.Side({}).props(), await ctx.exports.Side.props(), await ctx.exports.Side({ props: {} }).props()],
  "props of a plain object": ({ ctx }) => ctx.exports.plain({ props: { b: 2 } }).props("x"),
  "odd props": async ({ ctx }) => { const out = []; for (const props of [1, "text", null, [1], true, undefined]) { try { out.push(await ctx.exports.Side({ props }).props()); } catch (error) { out.push(error.message); } } return out; },
  "rich props": async ({ ctx }) => { const { d, m, u } = await ctx.exports.Side({ props: { d: new Date(5), m: new Map([[1, 2]]), u: undefined } }).props(); return [d instanceof Date, m instanceof Map, u]; },
  "other options": async ({ ctx }) => { const out = []; for (const options of [1, "text", null, [], undefined]) { try { out.push(await ctx.exports.Side(options).props()); } catch (error) { out.push(error.message); } } return out; },
  "props that cannot be sent": ({ ctx }) => { const out = []; for (const bad of [() => 1, Symbol("s"), new WeakMap()]) { try { out.push(typeof ctx.exports.Side({ props: { bad } })); } catch (error) { out.push(error); } } return out; },
  "props are copied": async ({ ctx }) => { const props = { n: 1 }; const stub = ctx.exports.Side({ props }); props.n = 2; return stub.props(); },
  "keys of exports": async ({ ctx, env }) => [Object.keys(ctx.exports).sort(), await env.SIDE.exports()],
  "exports is the same": ({ ctx }) => [ctx.exports === ctx.exports, ctx.exports.Side === ctx.exports.Side],
  "exports of the module": ({ ctx }) => [Object.keys(all).sort(), typeof all.Side, all.Side === ctx.exports.Side, "Side" in all, all.nothing],
  "writing to exports": () => { try { all.x = 1; return all.x; } catch (error) { return error.name; } },
  "from a method": ({ env }) => env.SIDE.again({ again: 1 }),
  "from an object": ({ env }) => env.ROOM.getByName("a").viaExports(),
  "a stub with props as a result": async ({ env }) => (await env.SIDE.give()).props(),
  "a stub with props as an argument": ({ env, ctx }) => env.SIDE.take(ctx.exports.Side({ props: { sent: 1 } })),
  "env when the module ran": () => early,
  "env": ({ env }) => [own.TEXT, own.JSONS, own === env, Object.keys(own).filter((key) => key !== "PROBE_OBJECT").sort(), "TEXT" in own, own.nothing],
  "env of an entrypoint": ({ env }) => env.SIDE.seen(),
  "env of an object": ({ env }) => env.ROOM.getByName("a").seen(),
  "writing to env": async ({ env }) => { own.NEW = 1; const seen = [env.NEW, own.NEW]; delete own.NEW; return [...seen, env.NEW]; },
  "withEnv": async () => [withEnv({ TEXT: "other" }, () => own.TEXT), await withEnv({ TEXT: "other" }, async () => { await scheduler.wait(1); return own.TEXT; }), own.TEXT],
  "withEnv, in an object": ({ env }) => env.ROOM.getByName("a").replaced(),
  "withEnv, nested": () => withEnv({ TEXT: "outer" }, () => [own.TEXT, withEnv({ TEXT: "inner" }, () => own.TEXT), own.TEXT]),
  "withEnv, throwing": () => { try { withEnv({ TEXT: "other" }, () => { throw new Error("inside"); }); } catch (error) { return [error.message, own.TEXT]; } },
  "withExports": async () => [withExports({ Side: 5 }, () => all.Side), typeof all.Side],
  "withEnvAndExports": () => withEnvAndExports({ TEXT: "e" }, { Side: "x" }, () => [own.TEXT, all.Side]),
  "withEnv and a call": ({ env }) => withEnv({ TEXT: "other" }, () => env.SIDE.seen()),
  "waitUntil": async () => [waitUntil(scheduler.wait(1))],
});
