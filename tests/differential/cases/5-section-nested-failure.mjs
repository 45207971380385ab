// Section 5: a section within a section that fails resets the object, also when its error is caught.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  mark = false;
  async fetch(request) {
    const { ctx } = this;
    switch (new URL(request.url).pathname) {
      case "/inner": await ctx.blockConcurrencyWhile(async () => { await ctx.blockConcurrencyWhile(async () => { throw new TypeError("inner"); }); }); break;
      case "/caught": await ctx.blockConcurrencyWhile(async () => { try { await ctx.blockConcurrencyWhile(async () => { throw new TypeError("inner"); }); } catch {} }); break;
      case "/transaction": try { await ctx.storage.transaction(async () => { throw new RangeError("in a transaction"); }); } catch (error) { this.mark = error.message; } break;
      case "/mark": this.mark = true; break;
    }
    return Response.json(this.mark);
  }
}
export default { async fetch(request, env) { try { return await env.ROOM.getByName("one").fetch(request); } catch (error) { return new Response([error.name, error.message, error.remote, error.durableObjectReset].join(" | "), { status: 418 }); } } };`;

export async function client(t) {
  for (const path of ["/mark", "/inner", "/look", "/mark", "/caught", "/look", "/mark", "/transaction", "/look"]) await t.fetch(path);
}
