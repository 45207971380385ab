// Section 4.6: a constructor that throws fails that request with its error; the next request tries again.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
let tries = 0;
export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    tries++;
    if (tries === 1) throw new TypeError("first");
    if (tries === 2) throw "a string";
    if (tries === 3) null.property;
    if (tries === 4) return { fetch: () => new Response("another object") };
  }
  fetch() { return new Response("born at " + tries); }
  method() { return "method at " + tries; }
}
export default {
  async fetch(request, env) {
    const told = async (action) => { try { const got = await action(); return got instanceof Response ? await got.text() : got; } catch (error) { return [error.constructor.name, /null/.test(error.message) ? "of the engine" : error.message, error.remote ?? null, error.durableObjectReset ?? null]; } };
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await told(() => n === 1 ? env.ROOM.getByName("one").method() : env.ROOM.getByName("one").fetch("http://a/")));
    return Response.json(answers);
  }
};`;

export async function client(t) {
  await t.fetch("/");
}
