// Section 4.3: calls on one stub arrive in call order, however they are awaited.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  order = [];
  async fetch(request) { const { pathname } = new URL(request.url); if (pathname === "/order") return Response.json(this.order); this.order.push(pathname); return new Response(pathname); }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one");
    const answers = await Promise.all(Array.from({ length: 20 }, (_, number) => stub.fetch("http://object/" + number).then((response) => response.text())));
    return Response.json([answers, await (await stub.fetch("http://object/order")).json()]);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
