// Section 6.3: a body that is streamed while its object writes.
export const config = { sqlite: true, classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  constructor(state) { this.storage = state.storage; }
  async fetch(request) {
    if (new URL(request.url).pathname === "/list") return Response.json([...await this.storage.list()]);
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const write = async () => {
      for (let n = 0; n < 5; n++) { await this.storage.put("part" + n, n); await writer.write(encoder.encode("part " + n + "\\n")); }
      await writer.close();
    };
    write();
    return new Response(readable);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/stream");
  await t.fetch("/list");
}
