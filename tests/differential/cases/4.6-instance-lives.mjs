// Section 4.6: what leaves an instance alive: exceptions of every kind in handlers, methods, timers, promises and streams.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  count = 0;
  async fetch(request) {
    this.count++;
    switch (new URL(request.url).pathname) {
      case "/throw": throw new Error("thrown");
      case "/reject": return Promise.reject(new Error("rejected"));
      case "/timer": setTimeout(() => { throw new Error("in a timer"); }, 1); await scheduler.wait(10); break;
      case "/unhandled": Promise.reject(new Error("nobody waits")); await scheduler.wait(5); break;
      case "/wait-until": this.ctx.waitUntil(Promise.reject(new Error("waited for"))); await scheduler.wait(5); break;
      case "/microtask": queueMicrotask(() => { throw new Error("in a microtask"); }); await null; break;
      case "/stream": return new Response(new ReadableStream({ pull() { throw new Error("in a stream"); } }));
      case "/storage": await this.ctx.storage.put("x".repeat(3000), 1); break;
      case "/clone": await this.ctx.storage.put("x", () => {}); break;
      case "/nothing": return undefined;
      case "/number": return 5;
      case "/syntax": new Function("("); break;
      case "/recursion": { const dive = () => dive() + 1; dive(); break; }
    }
    return new Response("count " + this.count);
  }
  fail() { this.count++; throw new Error("in a method"); }
  tell() { return "count " + ++this.count; }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url), room = env.ROOM.getByName("one");
    if (pathname === "/method") await room.fail().catch(() => {});
    else try { await (await room.fetch(request)).text(); } catch {}
    return new Response(await env.ROOM.getByName("one").tell());
  }
};`;

export async function client(t) {
  for (const path of ["/fine", "/throw", "/reject", "/timer", "/unhandled", "/wait-until", "/microtask", "/stream", "/storage", "/clone", "/nothing", "/number", "/syntax", "/recursion", "/method", "/fine"]) await t.fetch(path);
}
