// Sections 4.5 and 4.6: what a caller sees when the object throws, and what is left of the object.
export const config = { classes: { ROOM: "Room", FRAGILE: "Fragile" } };
export const worker = `
const constructed = {};
export class Room {
  constructor(state) { this.state = state; this.asked = 0; constructed[state.id] = (constructed[state.id] ?? 0) + 1; }
  async fetch(request) {
    this.asked++;
    switch (new URL(request.url).pathname) {
      case "/error": throw new Error("plain");
      case "/type-error": throw new TypeError("typed");
      case "/range-error": await null; throw new RangeError("ranged");
      case "/dom": throw new DOMException("dom", "NotFoundError");
      case "/string": throw "a string";
      case "/null": throw null;
      case "/own": throw Object.assign(new Error("with more"), { code: 7, detail: { a: 1 } });
      case "/custom": { class OddError extends Error { name = "OddError"; } throw new OddError("custom"); }
      case "/nothing": return;
      case "/number": return 5;
    }
    return new Response("asked " + this.asked + ", constructed " + constructed[this.state.id]);
  }
}
let births = 0;
export class Fragile {
  constructor() { births++; if (births < 3) throw new Error("not born " + births); }
  fetch() { return new Response("born at attempt " + births); }
}
export class Unused {}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const stub = (pathname === "/fragile" ? env.FRAGILE : env.ROOM).getByName("one");
    if (pathname === "/uncaught") return stub.fetch("http://object/error");
    try { return await stub.fetch(request); } catch (error) {
      return Response.json({ type: typeof error, error: String(error), name: error?.name, constructor: error?.constructor?.name, code: error?.code, detail: error?.detail, remote: error?.remote, retryable: error?.retryable, overloaded: error?.overloaded, reset: error?.durableObjectReset }, { status: 418 });
    }
  }
};`;

export async function client(t) {
  for (const path of ["/error", "/type-error", "/range-error", "/dom", "/string", "/null", "/own", "/custom", "/nothing", "/number", "/fine", "/uncaught", "/fragile", "/fragile", "/fragile", "/fine"]) await t.fetch(path);
}
