// Section 4.2: the id an object sees of itself.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  atBirth = [this.ctx.id.name, this.ctx.id.toString().length];
  fetch() { return Response.json({ atBirth: this.atBirth, id: this.ctx.id.toString(), name: this.ctx.id.name ?? null, keys: Object.keys(this), env: Object.keys(this.env) }); }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const id = pathname === "/string" ? env.ROOM.idFromString(env.ROOM.idFromName("never named").toString()) : env.ROOM.idFromName(pathname);
    const inside = await (await env.ROOM.get(id).fetch("https://object/")).json();
    return Response.json([id.toString() === inside.id, inside]);
  }
};`;

export async function client(t) {
  for (const path of ["/a", "/a", "/%C3%A9", "/string"]) await t.fetch(path);
}
