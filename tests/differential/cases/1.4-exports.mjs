// Section 1.4: ctx.exports and ctx.props.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, WorkerEntrypoint, exports, env as imported, withEnv, withExports, withEnvAndExports } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject { hello() { return "room " + this.ctx.id.name; } viaExports() { return this.ctx.exports.Side.hello("from the room"); } propsHere() { return this.ctx.props; } }
export class Side extends WorkerEntrypoint { hello(name) { return (this.ctx.props.greeting ?? "hi") + " " + name; } props() { return this.ctx.props; } deeper() { return this.ctx.exports.Side({ props: { greeting: "deep" } }).hello("x"); } fetch() { return Response.json(this.ctx.props); } }
export const plain = { hi(name, env, ctx) { return ["plain", name, ctx.props]; } };
`,
}, {
  "which": ({ ctx }) => Object.keys(ctx.exports).sort(),
  "types": ({ ctx }) => ["Side", "plain", "default"].map((name) => [name, typeof ctx.exports[name]]),
  "an entrypoint": ({ ctx }) => ctx.exports.Side.hello("bob"),
  "with props": ({ ctx }) => ctx.exports.Side({ props: { greeting: "yo" } }).hello("bob"),
  "props": async ({ ctx }) => [await ctx.exports.Side.props(), await ctx.exports.Side({ props: { a: [1, { b: 2 }] } }).props(), await ctx.exports.Side({}).props()],
  "a plain object": ({ ctx }) => ctx.exports.plain.hi("x"),
  "a plain object with props": ({ ctx }) => ctx.exports.plain({ props: { p: 1 } }).hi("x"),
  "a namespace": ({ ctx }) => ctx.exports.Room.getByName("here").hello(),
  "in an object": ({ env }) => env.ROOM.getByName("a").viaExports(),
  "props of an object": ({ env }) => env.ROOM.getByName("a").propsHere(),
  "within an entrypoint": ({ ctx }) => ctx.exports.Side.deeper(),
  "fetch": async ({ ctx }) => (await ctx.exports.Side({ props: { f: 1 } }).fetch("http://x/")).json(),
  "props here": ({ ctx }) => ctx.props,
  "imported": ({ ctx }) => [Object.keys(exports).sort().join() === Object.keys(ctx.exports).sort().join(), "Side" in exports, typeof exports.nothing],
  "imported exports work": () => exports.Side.hello("imported"),
  "withEnv": ({ env }) => { const inside = withEnv({ OTHER: 1 }, () => [imported.OTHER, imported.ROOM === undefined, Object.keys(imported)]); return [inside, imported.ROOM === env.ROOM]; },
  "withEnv across I/O": async () => [await withEnv({ OTHER: 1 }, async () => { await scheduler.wait(1); return imported.OTHER; }), imported.OTHER],
  "withEnv that throws": () => { try { withEnv({ OTHER: 1 }, () => { throw new Error("inside"); }); } catch (error) { return [error.message, imported.OTHER]; } },
  "withExports": () => [withExports({ mine: 2 }, () => [exports.mine, exports.Side]), exports.mine],
  "withEnvAndExports": () => withEnvAndExports({ a: 1 }, { b: 2 }, () => [imported.a, exports.b]),
  "nested": () => withEnv({ a: 1 }, () => [withEnv({ a: 2 }, () => imported.a), imported.a]),
  "sharing": ({ ctx }) => ctx.exports.Side === ctx.exports.Side,
});
