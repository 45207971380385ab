// Section 5: arguments that abort() refuses leave the object alone.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  count = 0;
  fetch() {
    const told = [];
    for (const options of [5, "x", true]) { try { this.ctx.abort("no", options); } catch (error) { told.push(error.constructor.name + ": " + error.message); } }
    return Response.json([told, ++this.count]);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/");
  await t.fetch("/");
}
