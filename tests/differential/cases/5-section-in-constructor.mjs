// Section 5: several sections in a constructor: no event is delivered before all have ended; one that fails fails the request.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
let births = 0;
export class Room extends DurableObject {
  log = [];
  constructor(ctx, env) {
    super(ctx, env);
    births++;
    for (const name of ["a", "b"]) ctx.blockConcurrencyWhile(async () => { this.log.push("<" + name); await scheduler.wait(5); this.log.push(name + ">"); });
    this.log.push("constructed");
    if (births === 1) ctx.blockConcurrencyWhile(async () => { await null; throw new TypeError("not this time"); });
  }
  fetch() { this.log.push("event"); return Response.json(this.log); }
  method() { this.log.push("method"); return this.log; }
}
export default {
  async fetch(request, env) {
    const told = async (action) => { try { const got = await action(); return got instanceof Response ? await got.json() : got; } catch (error) { return [error.name, error.message, error.remote ?? null, error.durableObjectReset ?? null]; } };
    const room = () => env.ROOM.getByName("one");
    return Response.json([await told(() => room().fetch("http://a/")), await told(() => room().fetch("http://a/")), await told(() => room().method())]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
