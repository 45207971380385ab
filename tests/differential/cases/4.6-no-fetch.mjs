// Sections 1.1 and 4.6: an object class without fetch(), and one that nobody extends.
export const config = { classes: { SILENT: "Silent", PLAIN: "Plain" } };
export const worker = `
import { DurableObject } from "cloudflare:workers";
export class Silent extends DurableObject {}
export class Plain { constructor(state, env) { this.seen = [typeof state.storage, typeof state.waitUntil, Object.keys(env)]; } fetch() { return Response.json(this.seen); } method() { return 1; } }
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/rpc") return new Response(String(await env.PLAIN.getByName("one").method()));
      return await (pathname === "/silent" ? env.SILENT : env.PLAIN).getByName("one").fetch("http://object/");
    } catch (error) { return new Response(error.name + ": " + error.message, { status: 418 }); }
  }
};`;

export async function client(t) {
  for (const path of ["/silent", "/plain", "/rpc"]) await t.fetch(path);
}
