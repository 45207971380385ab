// Section 4.3: what passes through stub.fetch(), in both directions.
export const config = { classes: { ROOM: "Room" } };
export const worker = `
export class Room {
  asked = 0;
  async fetch(request, ...rest) {
    this.asked++;
    const { pathname } = new URL(request.url);
    if (pathname === "/redirect") return Response.redirect("https://example.com/there", 302);
    if (pathname === "/status") return new Response("made here", { status: 299, statusText: "So so", headers: { "X-From": "object" } });
    if (pathname === "/stream") return new Response(new ReadableStream({ async start(controller) { for (const part of ["one ", "two ", "three"]) { controller.enqueue(new TextEncoder().encode(part)); await new Promise((resolve) => setTimeout(resolve, 1)); } controller.close(); } }));
    if (pathname === "/cookies") { const headers = new Headers(); headers.append("Set-Cookie", "a=1"); headers.append("Set-Cookie", "b=2"); return new Response("ok", { headers }); }
    return Response.json({ asked: this.asked, rest: rest.length, method: request.method, url: request.url, custom: request.headers.get("x-custom"), body: await request.text(), cf: typeof request.cf });
  }
}
export default {
  async fetch(request, env) {
    const stub = env.ROOM.get(env.ROOM.idFromName("one"));
    const { pathname } = new URL(request.url);
    try {
      switch (pathname) {
        case "/url": return await stub.fetch("https://anything.example:8443/path?q=1#hash");
        case "/init": return await stub.fetch("http://object/x", { method: "PATCH", body: "init body", headers: { "X-Custom": "init" } });
        case "/url-object": return await stub.fetch(new URL("http://object/y"));
        case "/relative": return await stub.fetch("/relative");
        case "/new-request": return await stub.fetch(new Request(request, { headers: { "X-Custom": "replaced" } }));
        case "/get-with-body": return await stub.fetch("http://object/", { method: "GET", body: "x" });
        case "/headers": { const response = await stub.fetch("http://object/status"); return Response.json([response.status, response.statusText, response.ok, response.redirected, response.url, [...response.headers], await response.text()]); }
        case "/immutable": { const response = await stub.fetch("http://object/status"); try { response.headers.set("x", "y"); return new Response("mutable"); } catch (error) { return new Response(error.name); } }
        case "/follow": { const response = await stub.fetch("http://object/redirect", { redirect: "manual" }); return Response.json([response.status, response.headers.get("location")]); }
        case "/no-argument": return await stub.fetch();
      }
      return await stub.fetch(request);
    } catch (error) { return new Response(error.name + ": " + error.message, { status: 418 }); }
  }
};`;

export async function client(t) {
  await t.fetch("/plain", { headers: { "X-Custom": "yes" } });
  await t.fetch("/post", { method: "POST", body: "a body", headers: { "X-Custom": "yes" } });
  await t.fetch("/status", { show: ["x-from"] });
  for (const path of ["/redirect", "/stream", "/cookies", "/url", "/init", "/url-object", "/relative", "/headers", "/immutable", "/follow"]) await t.fetch(path);
  await t.fetch("/new-request", { method: "POST", body: "kept" });
  await t.fetch("/get-with-body");
}
