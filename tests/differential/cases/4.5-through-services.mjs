// Section 4.5: errors that cross a service binding, and an object and a service binding.
export const config = { classes: { ROOM: "Room" }, services: { SIDE: { entrypoint: "Side" } } };
export const worker = `
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
const fail = (path) => {
  switch (path) {
    case "/error": throw new Error("plain");
    case "/type": throw new TypeError("typed");
    case "/dom": throw new DOMException("dom", "TimeoutError");
    case "/string": throw "text";
    case "/cause": throw new Error("outer", { cause: new RangeError("inner") });
    case "/own": throw Object.assign(new Error("own"), { code: "E_OWN", detail: [1] });
  }
};
export class Room extends DurableObject { fetch(request) { fail(new URL(request.url).pathname); } }
export class Side extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/room")) return this.env.ROOM.getByName("one").fetch("http://a" + pathname.slice(5));
    fail(pathname);
  }
}
export default {
  async fetch(request, env) {
    const told = [];
    for (const path of ["/error", "/type", "/dom", "/string", "/cause", "/own"]) {
      for (const target of [env.SIDE, env.ROOM.getByName("two")]) {
        for (const url of target === env.SIDE ? [path, "/room" + path] : [path]) {
          try { await target.fetch("http://a" + url); told.push("no error"); } catch (error) { told.push([url, typeof error, error?.constructor?.name, error?.name, error?.message, error?.code, error?.detail, error?.cause?.message, error?.remote ?? null]); }
        }
      }
    }
    return Response.json(told);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
