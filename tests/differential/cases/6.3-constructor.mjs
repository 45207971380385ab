// Section 6.3: storage in the constructor, with and without blockConcurrencyWhile: the first event waits for either.
export const config = { sqlite: true, classes: { PLAIN: "Plain", BLOCKED: "Blocked" } };
export const worker = `
export class Plain {
  constructor(state) { this.storage = state.storage; this.order = ["constructed"]; state.storage.put("made", 1); state.storage.get("made").then((value) => this.order.push("read " + value)); }
  async fetch() { this.order.push("fetch"); return Response.json([this.order, [...await this.storage.list()]]); }
}
export class Blocked {
  constructor(state) { this.storage = state.storage; this.order = ["constructed"]; state.blockConcurrencyWhile(async () => { await state.storage.put("made", 2); await scheduler.wait(5); this.order.push("read " + await state.storage.get("made")); }); }
  async fetch() { this.order.push("fetch"); return Response.json([this.order, [...await this.storage.list()]]); }
}
export default { fetch: (request, env) => env[new URL(request.url).pathname.slice(1)].getByName("one").fetch(request) };`;

export async function client(t) {
  for (const path of ["/PLAIN", "/BLOCKED", "/PLAIN", "/BLOCKED"]) await t.fetch(path);
}
