// Section 1.4 and 4.4: waitUntil() within methods.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, WorkerEntrypoint, waitUntil } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject {
  heard = [];
  hear(text) { this.heard.push(text); return this.heard.length; }
  all() { return this.heard; }
  async later(text) { this.ctx.waitUntil(scheduler.wait(1).then(() => this.hear(text))); return "soon"; }
}
export class Side extends WorkerEntrypoint {
  soon(text) { this.ctx.waitUntil(scheduler.wait(1).then(() => this.env.ROOM.getByName("side").hear(text))); return "soon"; }
  imported(text) { waitUntil(scheduler.wait(1).then(() => this.env.ROOM.getByName("imported").hear(text))); return "soon"; }
}
async function until(room, count) { for (let i = 0; i < 200; i++) { const all = await room.all(); if (all.length >= count) return all; await scheduler.wait(2); } return "never"; }`,
}, {
  "in an object": async ({ env }) => { const room = env.ROOM.getByName("a"); const first = await room.later("text"); return [first, await until(room, 1)]; },
  "in an entrypoint": async ({ env, ctx }) => [await ctx.exports.Side.soon("text"), await until(env.ROOM.getByName("side"), 1)],
  "imported": async ({ env, ctx }) => [await ctx.exports.Side.imported("text"), await until(env.ROOM.getByName("imported"), 1)],
});
