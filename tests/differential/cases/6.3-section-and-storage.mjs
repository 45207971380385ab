// Section 6.3, on either backend: storage within blockConcurrencyWhile(), transactions within it, and what waits meanwhile.
export const config = { classes: { ROOM: "Room" } };
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; this.order = []; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/section") {
      this.order.push("asked");
      const answer = await this.state.blockConcurrencyWhile(async () => {
        this.order.push("begins");
        await this.storage.put("a", 1);
        await scheduler.wait(10);
        await this.storage.transaction(async (txn) => { await txn.put("b", 2); });
        try { await this.storage.transaction(async (txn) => { await txn.put("c", 3); throw 1; }); } catch {}
        await this.state.blockConcurrencyWhile(async () => { await this.storage.put("d", 4); });
        this.order.push("ends");
        return "answer";
      });
      return new Response(answer);
    }
    if (pathname === "/order") return Response.json(this.order);
    this.order.push(pathname + " " + [...(await this.storage.list()).keys()]);
    return new Response(pathname);
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one");
    const ask = (path) => stub.fetch("http://object" + path).then((response) => response.text());
    const answers = await Promise.all(["/section", "/one", "/two"].map(ask));
    return Response.json([answers, JSON.parse(await ask("/order"))]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
