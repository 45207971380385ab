// Section 4.5: which of remote, retryable, overloaded and durableObjectReset an error from an object carries, and how.
export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2026-04-20" }, after: { date: "2026-04-21" } };
export const worker = `
export class Room {
  constructor(state, env) { this.state = state; this.env = env; if (state.id.name === "unborn") throw new RangeError("in the constructor"); if (state.id.name === "section") state.blockConcurrencyWhile(async () => { throw new Error("in the section"); }); }
  async fetch(request) {
    switch (new URL(request.url).pathname) {
      case "/throw": throw new Error("thrown");
      case "/type": throw new TypeError("typed");
      case "/abort": this.state.abort("aborted"); break;
      case "/abort-error": this.state.abort(new SyntaxError("aborted so")); break;
      case "/section": await this.state.blockConcurrencyWhile(async () => { throw new Error("section failed"); }); break;
      case "/through": await this.env.ROOM.getByName("other").fetch("http://a/throw"); break;
      case "/through-abort": await this.env.ROOM.getByName("another").fetch("http://a/abort"); break;
    }
    return new Response("fine");
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    try { return await env.ROOM.getByName(pathname.slice(1)).fetch("http://a" + pathname); } catch (error) {
      const keys = ["remote", "retryable", "overloaded", "durableObjectReset"];
      const shape = keys.map((key) => { const one = Object.getOwnPropertyDescriptor(error, key); return one && [key, one.value, one.enumerable, one.writable, one.configurable]; }).filter(Boolean);
      return Response.json([error.constructor.name, error.name, error.message, shape, keys.filter((key) => key in error)]);
    }
  }
};`;

export async function client(t) {
  for (const path of ["/throw", "/type", "/abort", "/abort-error", "/section", "/through", "/through-abort", "/unborn", "/section", "/throw"]) await t.fetch(path);
}
