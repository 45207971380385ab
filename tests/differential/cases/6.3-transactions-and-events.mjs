// Section 6.3, on either backend: while a transaction runs no other event of the object does; after it they run in the order they came.
export const config = { classes: { ROOM: "Room" } };
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const worker = `
export class Room {
  constructor(state) { this.storage = state.storage; this.order = []; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/transaction") {
      this.order.push("transaction begins");
      await this.storage.transaction(async (txn) => { await txn.put("a", 1); await scheduler.wait(20); await txn.put("b", 2); this.order.push("transaction ends"); });
      return new Response("transaction");
    }
    if (pathname === "/order") return Response.json(this.order);
    this.order.push(pathname + " " + [...(await this.storage.list()).keys()]);
    return new Response(pathname);
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName(new URL(request.url).pathname);
    const ask = (path) => stub.fetch("http://object" + path).then((response) => response.text());
    const answers = await Promise.all(["/transaction", "/one", "/two", "/three"].map(ask));
    return Response.json([answers, JSON.parse(await ask("/order"))]);
  }
};`;

export async function client(t) {
  for (const path of ["/a", "/b"]) await t.fetch(path);
}
