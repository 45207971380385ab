// Section 5: waitUntil() of an object: nothing waits for it, pending work runs on without it, and what it takes.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
const attempt = (action) => { try { return [typeof action(), "fine"]; } catch (error) { return error.constructor.name + ": " + error.message; } };
export class Room extends DurableObject {
  log = [];
  async fetch(request) {
    const { pathname } = new URL(request.url), { ctx, log } = this;
    if (pathname === "/log") return Response.json(log);
    if (pathname === "/arguments") return Response.json([undefined, null, 5, "x", {}, Promise.resolve(1), { then: (resolve) => resolve() }].map((value) => attempt(() => ctx.waitUntil(value))).concat([attempt(() => ctx.waitUntil())]));
    if (pathname === "/waited") ctx.waitUntil(scheduler.wait(10).then(() => { log.push("waited"); }));
    if (pathname === "/not-waited") scheduler.wait(10).then(() => { log.push("not waited"); });
    if (pathname === "/rejects") { ctx.waitUntil(Promise.reject(new Error("rejected"))); ctx.waitUntil(scheduler.wait(10).then(() => { log.push("sibling"); })); }
    log.push("answered " + pathname);
    return new Response("answer");
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;

export async function client(t) {
  await t.fetch("/arguments");
  for (const [path, end] of [["/waited", "waited"], ["/not-waited", "not waited"], ["/rejects", "sibling"]]) {
    await t.fetch(path);
    await t.settled("/log", (body) => body.includes(`"${end}"`));
  }
}
