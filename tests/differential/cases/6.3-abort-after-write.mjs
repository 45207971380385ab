// Section 6.3: what was durable before ctx.abort() stays.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/synced") { this.storage.put("synced", 1); await this.storage.sync(); this.state.abort("why"); }
    return Response.json([...await this.storage.list()]);
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    try { return await env.ROOM.getByName("one").fetch("http://object" + pathname); } catch (error) { return new Response("caught " + error.message); }
  }
};`;

export async function client(t) {
  for (const path of ["/synced", "/list"]) await t.fetch(path);
}
