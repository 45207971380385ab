// Section 3.2: what an eviction ends and what it waits for: timers are gone, accepted sockets and running events are not cut.
export const config = { sqlite: true, flags: ["unsafe_module"], classes: { ROOM: "Room" } };
export const worker = `
import unsafe from "workerd:unsafe";
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  marks = [];
  async slow() { await scheduler.wait(40); this.marks.push("slow"); return this.marks.length; }
  mark() { this.marks.push("mark"); return this.marks.length; }
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one"), told = [];
    told.push(await room.mark(), await room.mark());
    const slow = room.slow();
    await scheduler.wait(5);
    await unsafe.evict(room);
    told.push(await slow, await room.mark());
    await unsafe.evict(room);
    told.push(await room.mark(), await env.ROOM.getByName("one").mark());
    return Response.json(told);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
