// Section 5: abort() from a method, a timer, a section, a socket's handler, the constructor and from waitUntil().
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  count = 0;
  constructor(ctx, env) { super(ctx, env); if (ctx.id.name === "constructor" && !ctx.storage.kv.get("tried")) { ctx.storage.kv.put("tried", true); ctx.abort("in the constructor"); } }
  async method() { this.ctx.abort("in a method"); await new Promise(() => {}); }
  async timer() { setTimeout(() => this.ctx.abort("in a timer"), 1); await new Promise(() => {}); }
  async section() { await this.ctx.blockConcurrencyWhile(async () => { this.ctx.abort("in a section"); await new Promise(() => {}); }); }
  async waitUntil() { this.ctx.waitUntil((async () => { await scheduler.wait(1); this.ctx.abort("in waitUntil"); })()); await new Promise(() => {}); }
  async getter() { await null; this.ctx.abort("after an await"); await new Promise(() => {}); }
  tell() { return ++this.count; }
}
export default {
  async fetch(request, env) {
    const told = [];
    for (const name of ["method", "timer", "section", "waitUntil", "getter", "constructor"]) {
      const room = () => env.ROOM.getByName(name);
      const attempt = async (action) => { try { return await action(); } catch (error) { return [error.name, error.message, error.remote ?? null, error.durableObjectReset ?? null]; } };
      if (name !== "constructor") await room().tell();
      told.push([name, await attempt(() => name === "constructor" ? room().tell() : room()[name]()), name === "constructor" ? "-" : await attempt(() => room().tell())]);
    }
    return new Response(told.map((line) => JSON.stringify(line)).join("\\n"));
  }
};`;

export async function client(t) {
  const { body } = await t.fetch("/", { quiet: true });
  for (const line of body.split("\n")) t.log(line);
}
