// Section 4.4: stubs of objects passed around, objects that call each other, and Workers in between.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject {
  members = [];
  whoami() { return this.ctx.id.name; }
  other(name) { return this.env.ROOM.getByName(name); }
  async ask(stub) { return [await stub.whoami(), typeof stub.id, typeof stub.name, stub.constructor.name]; }
  async join(listener) { this.members.push(listener.dup()); return this.members.length; }
  async tell(text) { return Promise.all(this.members.map((member) => member(text))); }
  through(name, text) { return this.env.ROOM.getByName(name).echo(text); }
  echo(text) { return [this.ctx.id.name, text]; }
  loop() { return this.env.ROOM.getByName(this.ctx.id.name).echo("myself"); }
  failFar() { return this.env.ROOM.getByName("far").fail(); }
  fail() { throw new RangeError("far away"); }
  exported() { return { room: this.env.ROOM.getByName("z"), side: this.ctx.exports.Side({ props: { from: this.ctx.id.name } }) }; }
}
export class Side extends WorkerEntrypoint { where() { return this.ctx.props.from; } pass(stub) { return stub.whoami(); } }`,
}, {
  "a stub from an object": async ({ env }) => { const stub = await env.ROOM.getByName("a").other("b"); return [await stub.whoami(), typeof stub.id, stub.constructor.name, typeof stub.fetch]; },
  "a stub for an object": ({ env }) => env.ROOM.getByName("a").ask(env.ROOM.getByName("c")),
  "through another object": ({ env }) => env.ROOM.getByName("a").through("d", { deep: [1] }),
  "an object that calls itself": ({ env }) => env.ROOM.getByName("e").loop(),
  "listeners of one request": async ({ env }) => { const room = env.ROOM.getByName("f"); await room.join((text) => "one " + text); await room.join((text) => "two " + text); return room.tell("news"); },
  "an error from afar": ({ env }) => env.ROOM.getByName("a").failFar(),
  "services from an object": async ({ env }) => { const { room, side } = await env.ROOM.getByName("g").exported(); return [await room.whoami(), await side.where()]; },
  "a stub through an entrypoint": ({ env, ctx }) => ctx.exports.Side.pass(env.ROOM.getByName("h")),
  "pipelining on a stub": ({ env }) => env.ROOM.getByName("a").other("i").whoami(),
});
