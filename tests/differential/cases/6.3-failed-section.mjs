// Section 6.3: a critical section that fails takes the object with it; what was durable before stays.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
let constructed = 0;
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; this.number = ++constructed; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/fail") {
      await this.storage.put("durable", 1);
      await this.storage.sync();
      await this.state.blockConcurrencyWhile(async () => { await scheduler.wait(2); throw new RangeError("mine"); });
    }
    return Response.json([this.number, [...await this.storage.list()]]);
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    try { return await env.ROOM.getByName("one").fetch("http://object" + pathname); } catch (error) { return new Response("caught " + error.name + ": " + error.message); }
  }
};`;

export async function client(t) {
  for (const path of ["/list", "/fail", "/list"]) await t.fetch(path);
}
