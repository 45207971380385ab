// Section 4.6: exceptions of every form as the caller of an object sees them, before and after enhanced errors.
export const config = { classes: { ROOM: "Room" } };
export const variants = { before: { date: "2026-04-20" }, after: { date: "2026-04-21" } };
export const worker = `
class Own extends Error { constructor(message) { super(message); this.name = "OwnName"; this.extra = 5; } }
class Quiet extends TypeError {}
const forms = {
  empty: () => new Error(), long: () => new Error("x".repeat(5000)), lines: () => new Error("a\\nb"), accents: () => new Error("\\u00e9\\u{1F600}"), colon: () => new Error("TypeError: not one"),
  eval: () => new EvalError("e"), range: () => new RangeError("r"), reference: () => new ReferenceError("f"), syntax: () => new SyntaxError("s"), uri: () => new URIError("u"),
  aggregate: () => new AggregateError([new Error("a"), new TypeError("b")], "all"), own: () => new Own("mine"), quiet: () => new Quiet("quiet"),
  dom: () => new DOMException("d", "AbortError"), "dom with its own name": () => new DOMException("d", "Custom"),
  named: () => Object.assign(new Error("n"), { name: "Named" }), nameless: () => Object.assign(new Error("n"), { name: "" }),
  number: () => 5, boolean: () => false, object: () => ({ message: "like an error", name: "Like" }), list: () => [1, 2], nothing: () => undefined,
  cause: () => new Error("c", { cause: { a: 1 } }), frozen: () => Object.freeze(new Error("f")), own: () => Object.assign(new Error("o"), { status: 418, nested: { a: [1] } }),
};
export class Room { async fetch(request) { throw forms[decodeURIComponent(new URL(request.url).pathname.slice(1))](); } }
export default {
  async fetch(request, env) {
    const told = [];
    for (const form of Object.keys(forms)) {
      try { await env.ROOM.getByName("one").fetch("http://a/" + encodeURIComponent(form)); } catch (error) {
        told.push([form, typeof error, error instanceof Error, error?.constructor?.name, error?.name, error?.message?.slice?.(0, 100), error?.message?.length, String(error).slice(0, 60), error?.cause, error?.errors?.map?.(String), error?.extra, error?.status, error?.nested]);
      }
    }
    return new Response(told.map((line) => JSON.stringify(line)).join("\\n"));
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
