// Section 6.3, on either backend: what is written after the response was given, by waitUntil() and by timers.
export const config = { classes: { ROOM: "Room" } };
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const worker = `
export class Room {
  constructor(state) { this.state = state; this.storage = state.storage; }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/wait-until") { this.state.waitUntil((async () => { await scheduler.wait(5); await this.storage.put("waited", 1); await this.storage.put("ready", 1); })()); return new Response("answered"); }
    if (pathname === "/timer") { setTimeout(() => { this.storage.put("timer", 1); this.storage.put("ready", 2); }, 5); return new Response("answered"); }
    if (pathname === "/not-awaited") { this.storage.get("nothing").then(() => this.storage.put("not awaited", 1)).then(() => this.storage.put("ready", 3)); return new Response("answered"); }
    return Response.json([...await this.storage.list()]);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  for (const [path, number] of [["/wait-until", 1], ["/timer", 2], ["/not-awaited", 3]]) {
    await t.fetch(path);
    await t.settled("/list", (body) => body.includes(`["ready",${number}]`));
  }
}
