// Section 5: ctx.exports of an object reaches the program's own entrypoints and objects.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
export class Side extends WorkerEntrypoint { hello(name) { return "hello " + name + " " + JSON.stringify(this.ctx.props); } fetch() { return new Response("side"); } }
export class Room extends DurableObject {
  async fetch() {
    const { exports } = this.ctx;
    return Response.json([Object.keys(exports).sort(), await exports.Side.hello("a"), await exports.Side({ props: { p: 1 } }).hello("b"), await (await exports.Side.fetch("http://a/")).text(), await exports.Room.getByName("two").name(), exports.Room.idFromName("x").equals(this.env.ROOM.idFromName("x"))]);
  }
  name() { return this.ctx.id.name; }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/");
}
