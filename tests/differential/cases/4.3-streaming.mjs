// Section 4.3: bodies stream through stub.fetch() in both directions, and may be given up.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
const text = new TextEncoder();
export class Room {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/echo") return new Response(request.body);
    if (pathname === "/upper") return new Response(request.body.pipeThrough(new TextDecoderStream()).pipeThrough(new TransformStream({ transform(chunk, controller) { controller.enqueue(chunk.toUpperCase()); } })).pipeThrough(new TextEncoderStream()));
    if (pathname === "/endless") return new Response(new ReadableStream({ pull: (controller) => { controller.enqueue(text.encode("x".repeat(1000))); } }));
    if (pathname === "/fails") { let count = 0; return new Response(new ReadableStream({ pull(controller) { if (count++ === 2) throw new RangeError("no more"); controller.enqueue(text.encode("part ")); } })); }
    if (pathname === "/ignored") return new Response("not read");
    return new Response(String((await request.arrayBuffer()).byteLength));
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one"), { pathname } = new URL(request.url);
    const post = (path, body) => stub.fetch("http://a" + path, { method: "POST", body });
    const parts = () => new ReadableStream({ async start(controller) { for (const part of ["a", "b", "c"]) { await scheduler.wait(1); controller.enqueue(text.encode(part)); } controller.close(); } });
    if (pathname === "/echo" || pathname === "/upper") return post(pathname, parts());
    if (pathname === "/count") return post("/count", new Uint8Array(300_000));
    if (pathname === "/ignored") return post("/ignored", parts());
    if (pathname === "/endless") { const reader = (await stub.fetch("http://a/endless")).body.getReader(); const { value } = await reader.read(); await reader.cancel(); return new Response("read " + (value.byteLength > 0) + " " + (await (await post("/count", "abc")).text())); }
    const answer = await stub.fetch("http://a/fails");
    try { return new Response("all: " + (await answer.text())); } catch (error) { return new Response(answer.status + " then an error"); }
  }
};`;

export async function client(t) {
  for (const path of ["/echo", "/upper", "/count", "/ignored", "/endless", "/fails"]) await t.fetch(path);
}
