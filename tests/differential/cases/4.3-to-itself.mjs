// Section 4.3: an object that asks itself and others through stubs: its own request comes in while it waits.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state, env) { this.state = state; this.env = env; this.depth = 0; }
  async fetch(request) {
    const left = Number(new URL(request.url).pathname.slice(1));
    this.depth++;
    const before = this.depth;
    const next = left % 2 ? "a" : "b";
    const inner = left > 0 ? await (await this.env.ROOM.getByName(request.headers.has("x-self") ? this.state.id.name : next).fetch("http://x/" + (left - 1), request)).text() : "end";
    this.depth--;
    return new Response(this.state.id.name + before + " " + inner);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("a").fetch(request) };`;

export async function client(t) {
  await t.fetch("/0");
  await t.fetch("/6");
  await t.fetch("/6", { headers: { "X-Self": "1" } });
}
