// Section 6.3: a request to another object after a write; both see what was written before.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state, env) { this.storage = state.storage; this.env = env; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/read") return Response.json([...await this.storage.list()]);
    if (pathname === "/leaf") { this.storage.put("leaf", 1); return new Response("leaf wrote"); }
    if (pathname === "/within") {
      // A request within a transaction must not wait for the transaction.
      const answer = await this.storage.transaction(async (txn) => { await txn.put("within", 1); return (await this.env.ROOM.getByName("leaf").fetch("http://object/leaf")).text(); });
      return Response.json([answer, [...await this.storage.list()]]);
    }
    this.storage.put("first", 1);
    const answer = await this.env.ROOM.getByName("leaf").fetch("http://object/leaf");
    this.storage.put("second", await answer.text());
    return Response.json([...await this.storage.list()]);
  }
}
export default {
  fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    return env.ROOM.getByName(searchParams.get("name") ?? "root").fetch("http://object" + pathname);
  }
};`;

export async function client(t) {
  for (const path of ["/write", "/read", "/read?name=leaf", "/within", "/read"]) await t.fetch(path);
}
