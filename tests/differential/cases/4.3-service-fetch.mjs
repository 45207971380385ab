// Section 4.3: fetch() on a service binding: what passes, and exceptions.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  services: { SIDE: { entrypoint: "Side", props: { p: 1 } }, PLAIN: { entrypoint: "plain" }, NO_FETCH: { entrypoint: "Methods" } },
  imports: `import { WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
class Custom extends Error { constructor(message) { super(message); this.name = "Custom"; } }
export class Side extends WorkerEntrypoint {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/fail") throw new TypeError("thrown here");
    if (pathname === "/custom") throw new Custom("custom here");
    if (pathname === "/nothing") return;
    if (pathname === "/error") return Response.error();
    if (pathname === "/redirect") return Response.redirect("http://side/after", 302);
    if (pathname === "/status") return new Response("made", { status: 299, statusText: "So so", headers: { a: "b" } });
    if (pathname === "/stream") return new Response(new ReadableStream({ async start(c) { for (const part of ["a", "b"]) { c.enqueue(new TextEncoder().encode(part)); await scheduler.wait(1); } c.close(); } }));
    return Response.json([request.method, request.url, request.headers.get("x-custom"), await request.text(), typeof request.cf, this.ctx.props]);
  }
}
export class Methods extends WorkerEntrypoint { hi() { return "hi"; } }
export const plain = { async fetch(request, env, ctx) { return Response.json([request.url, Object.keys(env).includes("SIDE"), ctx.props]); } };`,
}, {
  "url": async ({ env }) => (await env.SIDE.fetch("http://side/a?b=c#d")).json(),
  "init": async ({ env }) => (await env.SIDE.fetch("http://side/", { method: "PATCH", body: "body", headers: { "X-Custom": "yes" } })).json(),
  "a request": async ({ env }) => (await env.SIDE.fetch(new Request("http://side/r", { method: "POST", body: "of a request" }))).json(),
  "plain": async ({ env }) => (await env.PLAIN.fetch("http://plain/")).json(),
  "status": async ({ env }) => { const r = await env.SIDE.fetch("http://side/status"); return [r.status, r.statusText, r.headers.get("a"), r.url, await r.text()]; },
  "stream": async ({ env }) => (await env.SIDE.fetch("http://side/stream")).text(),
  "redirect": async ({ env }) => { const r = await env.SIDE.fetch("http://side/redirect"); return [r.status, r.redirected, r.url, await r.json()]; },
  "redirect, manual": async ({ env }) => { const r = await env.SIDE.fetch("http://side/redirect", { redirect: "manual" }); return [r.status, r.headers.get("location")]; },
  "exception": ({ env }) => env.SIDE.fetch("http://side/fail"),
  "own exception": ({ env }) => env.SIDE.fetch("http://side/custom"),
  "nothing": ({ env }) => env.SIDE.fetch("http://side/nothing"),
  "error response": ({ env }) => env.SIDE.fetch("http://side/error"),
  "no fetch handler": ({ env }) => env.NO_FETCH.fetch("http://side/"),
  "relative": ({ env }) => env.SIDE.fetch("/relative"),
  "no argument": ({ env }) => env.SIDE.fetch(),
  "without its stub": ({ env }) => { const { fetch } = env.SIDE; return fetch("http://side/"); },
});
