// Section 5: ctx.exports of an object reaches the program's own entrypoints and objects.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
export class Side extends WorkerEntrypoint { hello(name) { return "hello " + name + " " + JSON.stringify(this.ctx.props); } fetch() { return new Response("side"); } }
export class Room extends DurableObject {
  async fetch() {
    const { exports } = this.ctx;
    const asked = {
      names: () => Object.keys(exports).sort(),
      method: () => exports.Side.hello("a"),
      props: () => exports.Side({ props: { p: 1 } }).hello("b"),
      request: async () => (await exports.Side.fetch("http://a/")).text(),
      object: () => exports.Room.getByName("two").who(),
      id: () => exports.Room.idFromName("x").equals(this.env.ROOM.idFromName("x")),
    };
    const answers = [];
    for (const [what, ask] of Object.entries(asked)) answers.push([what, await Promise.resolve().then(ask).catch(({ name, message }) => name + ": " + message)]);
    return Response.json(answers);
  }
  who() { return this.ctx.id.name; }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/");
}
