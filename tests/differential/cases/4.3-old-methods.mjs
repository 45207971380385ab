// Section 4.3: get(), put() and delete() of stubs, there before 2024-03-26.
export const config = { date: "2024-03-25", classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/missing") return new Response("no", { status: 404 });
    if (pathname === "/broken") return new Response("no", { status: 500 });
    if (pathname === "/json") return Response.json({ a: 1 });
    return new Response([request.method, pathname, await request.text()].join(" "));
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one"), log = [];
    const note = async (action) => { try { const got = await action(); log.push(got instanceof ArrayBuffer ? ["bytes", got.byteLength] : got === undefined ? "undefined" : got); } catch (error) { log.push(error.constructor.name + ": " + error.message); } };
    await note(() => stub.get("http://a/text"));
    await note(() => stub.get("http://a/text", "text"));
    await note(() => stub.get("http://a/json", "json"));
    await note(() => stub.get("http://a/text", "arrayBuffer"));
    await note(() => stub.get("http://a/missing"));
    await note(() => stub.get("http://a/broken"));
    await note(() => stub.put("http://a/put", "value"));
    await note(() => stub.put("http://a/missing", "value"));
    await note(() => stub.delete("http://a/delete"));
    await note(() => stub.delete("http://a/missing"));
    return Response.json(log);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
