// Section 5: a class that extends nothing gets the same state and environment; what it returns from its constructor counts.
export const config = { classes: { PLAIN: "Plain", EXTENDED: "Extended", EMPTY: "Empty", OLD: "Old" }, vars: { TEXT: "value" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
const about = (state, env, rest) => [state.constructor.name, typeof state.storage.get, state.id.name, env.TEXT, rest];
export class Plain { constructor(state, env, ...rest) { this.told = about(state, env, rest.length); } fetch() { return Response.json([...this.told, Object.keys(this)]); } }
export class Extended extends DurableObject { constructor(...all) { super(...all); this.count = all.length; } fetch() { return Response.json([...about(this.ctx, this.env, this.count - 2), Object.keys(this).sort()]); } }
export class Empty extends DurableObject { async fetch() { return Response.json([...about(this.ctx, this.env, 0), Object.keys(this).sort(), this instanceof DurableObject]); } }
export function Old(state, env) { this.told = about(state, env, arguments.length - 2); }
Old.prototype.fetch = function () { return Response.json([...this.told, new.target === undefined]); };
export default { fetch: (request, env) => env[new URL(request.url).pathname.slice(1)].getByName("one").fetch(request) };`;

export async function client(t) {
  for (const name of ["PLAIN", "EXTENDED", "EMPTY", "OLD"]) await t.fetch(`/${name}`);
}
