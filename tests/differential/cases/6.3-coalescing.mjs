// Section 6.3, on either backend: an exception of the program takes no write back; what was written before it stays.
export const config = { classes: { ROOM: "Room" } };
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const worker = `
export class Room {
  constructor(state) { this.storage = state.storage; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const { storage } = this;
    if (pathname === "/throws") { storage.put("a", 1); storage.put("b", 2); throw new Error("mine"); }
    if (pathname === "/throws-later") { await storage.put("c", 3); await storage.get("c"); storage.put("d", 4); throw new Error("mine"); }
    if (pathname === "/rejected-put") { storage.put("e", 5); storage.put("f", () => 1).catch(() => {}); storage.put("g", 7); return new Response("fine"); }
    return Response.json([...await storage.list()]);
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    try { return await env.ROOM.getByName("one").fetch("http://object" + pathname); } catch (error) { return new Response("caught " + error.message); }
  }
};`;

export async function client(t) {
  for (const path of ["/throws", "/list", "/throws-later", "/list", "/rejected-put", "/list"]) await t.fetch(path);
}
