// Section 6.3: a constructor that writes and throws: the caller hears of it, the next event constructs anew.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
let fails = true;
export class Room {
  constructor(state) {
    this.storage = state.storage;
    state.blockConcurrencyWhile(async () => {
      const count = (await this.storage.get("count")) ?? 0;
      await this.storage.put("count", count + 1);
      await this.storage.sync();
      if (fails) { fails = false; throw new TypeError("not yet"); }
    });
  }
  async fetch() { return Response.json([...await this.storage.list()]); }
}
export default {
  async fetch(request, env) {
    try { return await env.ROOM.getByName("one").fetch(request); } catch (error) { return new Response("caught " + error.name + ": " + error.message); }
  }
};`;

export async function client(t) {
  for (const path of ["/one", "/two", "/three"]) await t.fetch(path);
}
