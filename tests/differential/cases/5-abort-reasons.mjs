// Section 5: what abort() is given and what callers get.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
class Own extends Error { name = "OwnName"; }
const reasons = {
  none: () => [], undefined: () => [undefined], text: () => ["a text"], empty: () => [""], error: () => [new Error("an error")], type: () => [new TypeError("typed")], range: () => [new RangeError()],
  own: () => [new Own("mine")], dom: () => [new DOMException("dom", "AbortError")], number: () => [5], null: () => [null], object: () => [{}], list: () => [[1, 2]], boolean: () => [false], like: () => [{ toString: () => "own text" }],
  options: () => ["with options", {}], retry: () => ["with options", { retryAlarm: false }],
};
export class Room extends DurableObject {
  async fetch(request) { this.ctx.abort(...reasons[new URL(request.url).pathname.slice(1)]()); return new Response("not reached"); }
}
export default {
  async fetch(request, env) {
    const told = [];
    for (const name of Object.keys(reasons)) {
      try { told.push(await (await env.ROOM.getByName("one").fetch("http://a/" + name)).text()); } catch (error) { told.push([name, error.constructor.name, error.name, error.message, error.remote ?? null, error.durableObjectReset ?? null, error.retryable ?? null]); }
    }
    return new Response(told.map((line) => JSON.stringify(line)).join("\\n"));
  }
};`;

export async function client(t) {
  const { body } = await t.fetch("/", { quiet: true });
  for (const line of body.split("\n")) t.log(line);
}
