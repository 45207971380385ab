// Section 4.3 and 4.5: what becomes of a stub after its object was reset, or failed to start.
export const config = { classes: { ROOM: "Room", PICKY: "Picky" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
let failures = 2;
export class Room extends DurableObject {
  asked = 0;
  ask() { return ++this.asked; }
  end() { this.ctx.abort("ended"); }
  async section() { await this.ctx.blockConcurrencyWhile(async () => { throw new Error("section"); }); }
  plain() { throw new Error("plain"); }
  fetch(request) { if (request.url.endsWith("/end")) this.ctx.abort("ended by fetch"); return new Response(String(++this.asked)); }
}
export class Picky extends DurableObject {
  constructor(ctx, env) { super(ctx, env); if (failures-- > 0) throw new Error("not today"); }
  ask() { return "fine"; }
}
const marks = (error) => [error.name, error.message, error.remote, error.retryable, error.overloaded, error.durableObjectReset, typeof error.durableObjectId];
export default {
  async fetch(request, env) {
    const out = [];
    const note = async (label, run) => { try { out.push([label, await run()]); } catch (error) { out.push([label, marks(error)]); } };
    const one = env.ROOM.getByName("one");
    await note("first", () => one.ask());
    await note("plain", () => one.plain());
    await note("after plain", () => one.ask());
    await note("end", () => one.end());
    await note("after end, same stub", () => one.ask());
    await note("again", () => one.ask());
    await note("fetch, same stub", async () => (await one.fetch("http://x/")).text());
    await note("after end, new stub", () => env.ROOM.getByName("one").ask());
    const two = env.ROOM.getByName("two");
    await note("section", () => two.section());
    await note("after section, same stub", () => two.ask());
    await note("after section, new stub", () => env.ROOM.getByName("two").ask());
    const three = env.ROOM.getByName("three");
    await note("unused before", () => three.fetch("http://x/end"));
    await note("after fetch, same stub", () => three.ask());
    const four = env.ROOM.getByName("four");
    const other = env.ROOM.getByName("four");
    await note("other stub, before", () => other.ask());
    await note("four ends", () => four.end());
    await note("other stub, after", () => other.ask());
    const picky = env.PICKY.getByName("one");
    await note("fails to start", () => picky.ask());
    await note("same stub", () => picky.ask());
    await note("new stub", () => env.PICKY.getByName("one").ask());
    await note("new stub again", () => env.PICKY.getByName("one").ask());
    return new Response(out.map((line) => JSON.stringify(line)).join("\\n"));
  }
};`;

export async function client(t) {
  const { body } = await t.fetch("/", { quiet: true });
  for (const line of body.split("\n")) t.log(line);
}
