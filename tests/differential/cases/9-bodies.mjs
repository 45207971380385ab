// Request and Response: bodies, cloning, json(), redirect(), form data.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "json": async () => { const r = Response.json({ a: [1] }, { status: 201, headers: { "x-a": "1" } }); return [r.status, [...r.headers], await r.text()]; },
  "redirect": () => { const r = Response.redirect("https://a.example/b c"); return [r.status, r.headers.get("location"), r.body]; },
  "redirect with a wrong status": () => { try { Response.redirect("https://a.example/", 200); } catch (error) { return error.name; } },
  "kinds of bodies": async () => { const all = ["text", new Uint8Array([104, 105]), new Uint8Array([104]).buffer, new Blob(["blob"], { type: "a/b" }), new URLSearchParams({ a: "1 2" }), null]; const out = []; for (const body of all) { const r = new Response(body); out.push([r.headers.get("content-type"), r.body === null, await r.text()]); } return out; },
  "reading twice": async () => { const r = new Response("x"); await r.text(); try { await r.text(); } catch (error) { return [error.name, r.bodyUsed]; } },
  "reading as": async () => [await new Response("{\"a\":1}").json(), await new Response("ab").arrayBuffer(), (await new Response("ab").blob()).size, await new Response("ab").bytes()],
  "bad json": async () => { try { await new Response("{oops").json(); } catch (error) { return error.name; } },
  "clone": async () => { const r = new Response("twice", { headers: { a: "1" } }); const c = r.clone(); return [await r.text(), await c.text(), c.headers.get("a")]; },
  "clone of a used body": async () => { const r = new Response("x"); await r.text(); try { r.clone(); } catch (error) { return error.name; } },
  "form": async () => { const form = new FormData(); form.append("a", "1"); form.append("f", new File(["file body"], "n.txt", { type: "text/plain" })); const r = new Response(form); const type = r.headers.get("content-type").replace(/boundary=.*/, "boundary"); const back = await r.formData(); return [type, back.get("a"), back.get("f").name, back.get("f").type, await back.get("f").text()]; },
  "urlencoded form": async () => [...await new Response("a=1&b=x+y", { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData()],
  "request": async () => { const r = new Request("https://a.example/x?y", { method: "post", body: "b", headers: { "x-a": "1" } }); return [r.method, r.url, r.headers.get("x-a"), r.headers.get("content-type"), r.redirect, r.bodyUsed, await r.text()]; },
  "request from request": async () => { const r = new Request(new Request("https://a.example/", { method: "PUT", body: "b" }), { headers: { n: "1" } }); return [r.method, await r.text(), r.headers.get("n")]; },
  "GET with a body": () => { try { new Request("https://a.example/", { body: "x" }); } catch (error) { return error.name; } },
  "invalid request url": () => { try { new Request("/relative"); } catch (error) { return error.name; } },
  "stream body": async () => { const { readable, writable } = new TransformStream(); const writer = writable.getWriter(); writer.write(new TextEncoder().encode("streamed")); writer.close(); return new Response(readable).text(); },
  "Response.error": () => { const r = Response.error(); return [r.type, r.status, r.ok]; },
  "status and ok": () => [200, 299, 300, 404].map((status) => new Response(null, { status }).ok),
});
