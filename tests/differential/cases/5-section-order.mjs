// Section 5: sections asked for one after the other run one after the other, before whatever else waits.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  log = [];
  async fetch(request) {
    const { pathname } = new URL(request.url), { ctx, log } = this;
    const section = (name, ms) => ctx.blockConcurrencyWhile(async () => { log.push("<" + name); await scheduler.wait(ms); log.push(name + ">"); return name; });
    if (pathname === "/log") return Response.json(log.splice(0));
    if (pathname === "/two") { const all = [section("a", 10), section("b", 1)]; log.push("asked"); log.push(...(await Promise.all(all))); }
    if (pathname === "/mixed") { const first = section("a", 10); setTimeout(() => log.push("timer"), 1); const second = section("b", 5); await first; log.push("after a"); await second; log.push("after b"); }
    if (pathname === "/event") { log.push("event"); }
    if (pathname === "/in-between") { await section("a", 5); log.push("between"); await section("b", 5); }
    return new Response("done " + pathname);
  }
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one"), { pathname } = new URL(request.url);
    const ask = async (path) => (await room.fetch("http://a" + path)).text();
    const answers = await Promise.all([pathname, "/event", "/event"].map(ask));
    await scheduler.wait(20);
    return Response.json([answers, await (await room.fetch("http://a/log")).json()]);
  }
};`;

export async function client(t) {
  for (const path of ["/two", "/in-between"]) await t.fetch(path);
}
