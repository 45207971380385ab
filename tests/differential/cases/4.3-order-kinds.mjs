// Section 4.3: calls of one kind on one stub arrive in their order, with bodies and without, and after a wait.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  order = [];
  async fetch(request) { const { pathname } = new URL(request.url); if (pathname === "/order") return Response.json(this.order.splice(0)); this.order.push(pathname.slice(1)); await request.text(); return new Response(pathname); }
  async note(what) { this.order.push(what); await scheduler.wait(1); return what; }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one"), told = [];
    const order = async () => told.push((await (await stub.fetch("http://a/order")).json()).join(" "));
    await Promise.all(Array.from({ length: 10 }, (_, n) => stub.fetch("http://a/" + n, n % 2 ? { method: "POST", body: "x".repeat(n * 1000) } : {})));
    await order();
    await Promise.all(Array.from({ length: 10 }, (_, n) => stub.note(n)));
    await order();
    const first = stub.fetch("http://a/first");
    await null;
    const second = stub.fetch("http://a/second");
    await Promise.all([second, first]);
    await order();
    const later = [];
    for (let n = 0; n < 5; n++) { later.push(stub.note("m" + n)); await scheduler.wait(0); }
    await Promise.all(later);
    await order();
    return Response.json(told);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
