// Section 5: an object answers a request when its sections have ended, also those that nobody awaits; methods do not wait.
export const config = { classes: { ROOM: "Room", NOTES: "Notes" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Notes extends DurableObject { list = []; note(what) { this.list.push(what); } take() { return this.list.splice(0); } }
export class Room extends DurableObject {
  hold() { this.ctx.blockConcurrencyWhile(async () => { await scheduler.wait(200); await this.env.NOTES.getByName("one").note("ended"); }); }
  fetch(request) {
    const { pathname } = new URL(request.url);
    this.hold();
    if (pathname === "/throw") throw new Error("thrown");
    if (pathname === "/later") return Promise.resolve().then(() => new Response("later"));
    if (pathname === "/fails") this.ctx.blockConcurrencyWhile(async () => { throw new Error("the second failed"); });
    return new Response("at once");
  }
  method() { this.hold(); return "method"; }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url), room = env.ROOM.getByName("one"), notes = env.NOTES.getByName("one");
    await notes.take();
    let told;
    try { told = pathname === "/method" ? await room.method() : await (await room.fetch(request)).text(); } catch (error) { told = error.message; }
    return Response.json([told, await notes.take()]);
  }
};`;

export async function client(t) {
  await t.fetch("/warm");
  for (const path of ["/plain", "/later", "/throw", "/method"]) {
    await t.fetch(path);
    await t.fetch("/plain");
  }
  await t.fetch("/fails");
}
