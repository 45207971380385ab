// Section 5: sections within sections, up to 64 deep.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async fetch(request) {
    const { ctx } = this, log = [];
    const nest = (depth) => ctx.blockConcurrencyWhile(async () => depth > 1 ? (await nest(depth - 1)) + 1 : 1);
    const depth = Number(new URL(request.url).pathname.slice(1));
    if (depth > 0) return Response.json(await nest(depth));
    await ctx.blockConcurrencyWhile(async () => {
      log.push("outer");
      const inner = ctx.blockConcurrencyWhile(async () => { log.push("inner"); await scheduler.wait(1); log.push("inner ends"); return "value"; });
      log.push("asked");
      log.push(await inner);
      await Promise.all([1, 2].map((n) => ctx.blockConcurrencyWhile(async () => { log.push("<" + n); await null; log.push(n + ">"); })));
      log.push("outer ends");
    });
    return Response.json(log);
  }
}
export default { async fetch(request, env) { try { return await env.ROOM.getByName("one").fetch(request); } catch (error) { return new Response([error.name, error.message, error.remote, error.durableObjectReset].join(" | "), { status: 418 }); } } };`;

export async function client(t) {
  for (const path of ["/0", "/1", "/10", "/63", "/64", "/65", "/1"]) await t.fetch(path);
}
