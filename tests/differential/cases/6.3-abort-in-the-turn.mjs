// Section 6.3: what a turn wrote before ctx.abort() in the same turn.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/before") { this.storage.put("before", 1); await this.storage.sync(); this.storage.put("lost", 1); this.state.abort("why"); }
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
  for (const path of ["/before", "/list"]) await t.fetch(path);
}
