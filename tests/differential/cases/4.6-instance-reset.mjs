// Section 4.6: what resets an instance: a failed section, abort(), a failed section of the constructor.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  count = 0;
  constructor(ctx, env) { super(ctx, env); ctx.blockConcurrencyWhile(async () => { const births = (await ctx.storage.get("births") ?? 0) + 1; await ctx.storage.put("births", births); this.birth = births; }); }
  async fetch(request) {
    this.count++;
    switch (new URL(request.url).pathname) {
      case "/section": await this.ctx.blockConcurrencyWhile(async () => { throw new Error("section"); }); break;
      case "/section-caught": try { await this.ctx.blockConcurrencyWhile(async () => { throw new Error("caught"); }); } catch {} break;
      case "/section-later": this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(5); throw new Error("later"); }); break;
      case "/abort": this.ctx.abort("abort"); break;
      case "/abort-later": setTimeout(() => this.ctx.abort("later"), 1); await scheduler.wait(1000); break;
      case "/inner-caught": await this.ctx.blockConcurrencyWhile(async () => { try { throw new Error("inside"); } catch {} }); break;
    }
    return new Response("birth " + this.birth + " count " + this.count);
  }
}
export default {
  async fetch(request, env) {
    let first;
    try { first = await (await env.ROOM.getByName("one").fetch(request)).text(); } catch (error) { first = error.message; }
    await scheduler.wait(20);
    return Response.json([first, await (await env.ROOM.getByName("one").fetch("http://a/fine")).text()]);
  }
};`;

export async function client(t) {
  for (const path of ["/fine", "/inner-caught", "/section", "/section-caught", "/section-later", "/abort", "/abort-later"]) await t.fetch(path);
}
