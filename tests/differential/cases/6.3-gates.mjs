// Section 6.3: reads and writes of one object do not interleave with other events; what is not storage does.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.order = []; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/count") { const count = ((await this.state.storage.get("count")) ?? 0) + 1; await this.state.storage.put("count", count); return new Response(String(count)); }
    if (pathname === "/many") { let sum = 0; for (let n = 0; n < 5; n++) { sum = ((await this.state.storage.get("many")) ?? 0) + 1; await this.state.storage.put("many", sum); } this.order.push(sum); return new Response(String(sum)); }
    if (pathname === "/wait") { this.order.push("wait begins"); await new Promise((resolve) => (this.go = resolve)); this.order.push("wait ends"); return new Response("waited"); }
    if (pathname === "/go") { this.order.push("go"); this.go(); return new Response("gone"); }
    if (pathname === "/unawaited") { this.state.storage.put("a", 1); this.state.storage.put("b", 2); this.state.storage.delete("a"); return new Response("written"); }
    if (pathname === "/read") return Response.json([...await this.state.storage.list()]);
    return Response.json(this.order);
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const ask = (path) => env.ROOM.getByName("one").fetch("http://object" + path).then((response) => response.text());
    if (pathname === "/counts") return Response.json((await Promise.all(Array.from({ length: 30 }, () => ask("/count")))).map(Number).sort((a, b) => a - b));
    if (pathname === "/manys") return Response.json((await Promise.all(Array.from({ length: 5 }, () => ask("/many")))).map(Number).sort((a, b) => a - b));
    if (pathname === "/interleave") { const stub = env.ROOM.getByName("one"); const both = await Promise.all(["/wait", "/go"].map((path) => stub.fetch("http://object" + path).then((response) => response.text()))); return Response.json([both, await ask("/order")]); }
    return new Response(await ask(pathname));
  }
};`;

export async function client(t) {
  for (const path of ["/counts", "/manys", "/interleave", "/unawaited", "/read"]) await t.fetch(path);
}
