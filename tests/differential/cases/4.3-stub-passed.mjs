// Section 4.3: a stub that is passed over RPC reaches the same object; it arrives without id and name.
export const config = { classes: { ROOM: "Room" }, services: { SIDE: { entrypoint: "Side" } } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
export class Room extends DurableObject {
  count = 0;
  fetch() { return new Response(this.ctx.id.name + " " + ++this.count); }
  hello() { return "hello from " + this.ctx.id.name + " " + ++this.count; }
  async ask(stub) { return [typeof stub.id, typeof stub.name, await stub.hello(), await (await stub.fetch("http://a/")).text()]; }
  other() { return this.env.ROOM.getByName("given"); }
}
export class Side extends WorkerEntrypoint {
  async ask(stub) { return [await stub.hello(), await (await stub.fetch("http://a/")).text()]; }
}
export default {
  async fetch(request, env) {
    const one = env.ROOM.getByName("one"), two = env.ROOM.getByName("two");
    const given = await one.other();
    return Response.json([await one.ask(two), await one.ask(one), await env.SIDE.ask(two), await two.hello(), await given.hello(), await (await given.fetch("http://a/")).text(), await env.ROOM.getByName("given").hello()]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
