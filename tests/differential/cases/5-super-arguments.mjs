// Section 5: what the base class DurableObject takes and keeps.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
const attempt = (action) => { try { return action(); } catch (error) { return error.constructor.name + ": " + error.message; } };
export class Room extends DurableObject {
  fetch() {
    const { ctx, env } = this;
    class Other extends DurableObject {}
    const one = new Other(ctx, env);
    return Response.json([one.ctx === ctx, one.env === env, Object.getOwnPropertyDescriptor(this, "ctx").enumerable, Object.getOwnPropertyDescriptor(this, "ctx").writable, attempt(() => typeof new Other({}, {})), attempt(() => typeof new Other()), attempt(() => typeof new DurableObject(ctx, env)), DurableObject.name, DurableObject.length, Object.getOwnPropertyNames(DurableObject.prototype), "fetch" in DurableObject.prototype]);
  }
}
export default {
  async fetch(request, env, ctx) {
    const outside = attempt(() => typeof new (class extends DurableObject {})(ctx, env));
    return Response.json([outside, await (await env.ROOM.getByName("one").fetch(request)).json()]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
