// Section 4.5: the errors of calls that were in flight when their object was reset, and of calls made afterwards on either stub.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  calls = 0;
  async fetch(request) {
    this.calls++;
    const { pathname } = new URL(request.url);
    if (pathname === "/wait") await new Promise(() => {});
    if (pathname === "/reset") this.ctx.abort("reset by request");
    return new Response("call " + this.calls);
  }
  async wait() { this.calls++; await new Promise(() => {}); }
  count() { return ++this.calls; }
}
const about = (error) => [error.name, error.message, error.remote ?? null, error.retryable ?? null, error.durableObjectReset ?? null];
export default {
  async fetch(request, env) {
    const stub = env.ROOM.getByName("one"), told = [];
    const settle = async (promise) => { try { const got = await promise; return got instanceof Response ? await got.text() : got; } catch (error) { return about(error); } };
    told.push(await settle(stub.count()));
    const waiting = [stub.fetch("http://a/wait"), env.ROOM.getByName("one").fetch("http://a/wait"), stub.wait(), stub.wait()].map(settle);
    await scheduler.wait(20);
    told.push(await settle(env.ROOM.getByName("one").fetch("http://a/reset")));
    told.push(...(await Promise.all(waiting)));
    told.push(await settle(env.ROOM.getByName("one").count()));
    return Response.json(told);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
