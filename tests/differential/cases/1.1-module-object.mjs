// Section 1.1: a plain object of handlers; what the request looks like inside, what an answer looks like outside.
export const config = { vars: { GREETING: "hello", NUMBERS: { one: 1 } } };
export const worker = `
export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url);
    switch (url.pathname) {
      case "/about": return Response.json({
        method: request.method, url: request.url, custom: request.headers.get("X-Custom"), folded: request.headers.get("x-two"),
        body: request.body === null ? null : await request.text(), redirect: request.redirect, signal: request.signal instanceof AbortSignal,
      });
      case "/env": return Response.json(env);
      case "/ctx": return Response.json([typeof ctx.waitUntil, typeof ctx.passThroughOnException, arguments.length]);
      case "/this": return Response.json([typeof this.fetch, Object.keys(this)]);
      case "/status": return new Response("short and stout", { status: 418, statusText: "Teapot", headers: { "X-A": "1" } });
      case "/cookies": { const headers = new Headers(); headers.append("Set-Cookie", "a=1"); headers.append("Set-Cookie", "b=2"); return new Response("ok", { headers }); }
      case "/redirect": return Response.redirect("https://example.com/there", 307);
      case "/204": return new Response(null, { status: 204 });
      case "/304": return new Response(null, { status: 304 });
      case "/bytes": return new Response(new Uint8Array([104, 105]));
      case "/type": return new Response("{}", { headers: { "Content-Type": "application/json" } });
    }
    return new Response("no " + url.pathname + url.search, { status: 404 });
  },
  extra: 1,
};`;

export async function client(t) {
  await t.fetch("/about", { headers: { "X-Custom": "yes", "X-Two": ["a", "b"] } });
  await t.fetch("/about?q=%20a+b&q=2", { method: "POST", body: "the body" });
  await t.fetch("/about", { method: "PUT", body: "", headers: { "Content-Length": "0" } });
  for (const path of ["/env", "/ctx", "/this", "/cookies", "/redirect", "/204", "/304", "/bytes", "/type", "/elsewhere?x=1"]) await t.fetch(path);
  await t.fetch("/status", { show: ["x-a"] });
  await t.fetch("/status", { method: "HEAD" });
  await t.fetch("/a%20b/%C3%A9/../c?%zz");
}
