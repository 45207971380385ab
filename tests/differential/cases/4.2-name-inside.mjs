// Section 4.2: what an object knows of its name: from idFromName and getByName, not from newUniqueId; and its id's text.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  atBirth = this.ctx.id.name ?? null;
  async fetch() { return Response.json([this.atBirth, this.ctx.id.name ?? null, "name" in this.ctx.id, Object.keys(this.ctx.id).sort(), this.ctx.id === this.ctx.id, this.env.ROOM.idFromString(this.ctx.id.toString()).equals(this.ctx.id)]); }
}
export default {
  async fetch(request, env) {
    const name = decodeURIComponent(new URL(request.url).pathname.slice(1));
    const stub = name === "unique" ? env.ROOM.get(env.ROOM.newUniqueId()) : name === "get" ? env.ROOM.get(env.ROOM.idFromName("given")) : env.ROOM.getByName(name);
    const inside = await (await stub.fetch("http://a/")).json();
    return Response.json([stub.name ?? null, stub.id.name ?? null, inside]);
  }
};`;

export async function client(t) {
  for (const name of ["a", "get", "unique", "", "\u00e9\u{1F600}", "x".repeat(100), "a b/c"]) await t.fetch(`/${encodeURIComponent(name)}`);
}
