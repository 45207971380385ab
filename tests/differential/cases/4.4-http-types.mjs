// Section 4.4: Request, Response, Headers and Blob as arguments and results.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
export class Room extends DurableObject {
  echo(value) { return value; }
  headers() { const all = new Headers(); all.append("foo", "bar"); all.append("Set-Cookie", "a=1"); all.append("set-cookie", "b=2"); return all; }
  request() { return new Request("http://my.url/path?q", { method: "PUT", headers: { Foo: "Bar" }, redirect: "manual", body: "a body", cf: { abc: 123 } }); }
  response() { return new Response("a body", { status: 404, headers: { "Content-Type": "abc" }, cf: { foo: 1 } }); }
  async read(message) { return [message.constructor.name, await message.text()]; }
  socket() { return new Response(null, { status: 101, webSocket: new WebSocketPair()[0] }); }
  redirect() { return Response.redirect("http://x/y", 302); }
  json() { return Response.json({ a: [1] }); }
  error() { return Response.error(); }
}`,
}, {
  "headers": async ({ env }) => { const all = await env.ROOM.getByName("a").headers(); all.set("more", "yes"); return [all instanceof Headers, [...all], all.getSetCookie()]; },
  "headers as an argument": async ({ env }) => [...(await env.ROOM.getByName("a").echo(new Headers({ A: "1" })))],
  "a request": async ({ env }) => { const r = await env.ROOM.getByName("a").request(); return [r instanceof Request, r.method, r.url, r.redirect, [...r.headers], r.cf, await r.text()]; },
  "a response": async ({ env }) => { const r = await env.ROOM.getByName("a").response(); return [r instanceof Response, r.status, r.statusText, r.ok, [...r.headers], r.cf, r.url, r.type, r.redirected, await r.text()]; },
  "a request as an argument": ({ env }) => env.ROOM.getByName("a").read(new Request("http://x/", { method: "POST", body: "sent" })),
  "a response as an argument": ({ env }) => env.ROOM.getByName("a").read(new Response("sent")),
  "a stream as the body": ({ env }) => env.ROOM.getByName("a").read(new Response(new Response("streamed").body)),
  "the body is used": async ({ env }) => { const r = new Response("once"); await env.ROOM.getByName("a").read(r); return [r.bodyUsed]; },
  "a used body": async ({ env }) => { const r = new Response("once"); await r.text(); return env.ROOM.getByName("a").read(r); },
  "no body": async ({ env }) => { const r = await env.ROOM.getByName("a").echo(new Response(null, { status: 204 })); return [r.status, r.body]; },
  "an empty body": async ({ env }) => { const r = await env.ROOM.getByName("a").echo(new Response("")); return [r.status, r.body === null, await r.text()]; },
  "redirect": async ({ env }) => { const r = await env.ROOM.getByName("a").redirect(); return [r.status, r.headers.get("location")]; },
  "json": async ({ env }) => { const r = await env.ROOM.getByName("a").json(); return [r.headers.get("content-type"), await r.json()]; },
  "error": async ({ env }) => { const r = await env.ROOM.getByName("a").error(); return [r.type, r.status]; },
  "a WebSocket": ({ env }) => env.ROOM.getByName("a").socket(),
  "a blob": async ({ env }) => { const blob = await env.ROOM.getByName("a").echo(new Blob(["hello ", "world"], { type: "text/plain" })); return [blob instanceof Blob, blob.type, blob.size, await blob.text()]; },
  "a signal": ({ env }) => env.ROOM.getByName("a").echo(new AbortController().signal),
  "a form": ({ env }) => env.ROOM.getByName("a").echo(new FormData()),
  "a URL": ({ env }) => env.ROOM.getByName("a").echo(new URL("http://x/")),
  "inside an object": async ({ env }) => { const { list } = await env.ROOM.getByName("a").echo({ list: [new Headers({ a: "b" }), new Response("inside")] }); return [list[0].get("a"), await list[1].text()]; },
});
