// Section 6.3: read, change, write: with the gate nothing is lost, whichever calls are awaited.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.storage = state.storage; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const { storage } = this;
    if (pathname === "/plain") { const n = (await storage.get("n")) ?? 0; await storage.put("n", n + 1); return new Response(String(n)); }
    if (pathname === "/list") { const n = (await storage.list()).size; await storage.put("k" + n, n); return new Response(String(n)); }
    if (pathname === "/transaction") return new Response(String(await storage.transaction(async (txn) => { const n = (await txn.get("t")) ?? 0; await txn.put("t", n + 1); return n; })));
    if (pathname === "/synchronous") { const n = storage.kv.get("s") ?? 0; storage.kv.put("s", n + 1); return new Response(String(n)); }
    if (pathname === "/sync") { const n = (await storage.get("y")) ?? 0; storage.put("y", n + 1); await storage.sync(); return new Response(String(n)); }
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const stub = env.ROOM.getByName(pathname);
    const answers = await Promise.all(Array.from({ length: 20 }, () => stub.fetch("http://object" + pathname).then((response) => response.text())));
    return Response.json(answers.map(Number).sort((a, b) => a - b));
  }
};`;

export async function client(t) {
  for (const path of ["/plain", "/list", "/transaction", "/synchronous", "/sync"]) await t.fetch(path);
}
