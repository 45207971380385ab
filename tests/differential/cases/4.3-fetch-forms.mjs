// Section 4.3: the ways in which stub.fetch() can be given a request, and how it arrives.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room { async fetch(request) { return Response.json([request.method, request.url, [...request.headers].filter(([name]) => name.startsWith("x-") || name === "content-type" || name === "content-length" || name === "transfer-encoding"), await request.text(), request.redirect]); } }
const asked = async (env, ...how) => { try { return await (await env.ROOM.getByName("x").fetch(...how)).json(); } catch (error) { return render(error); } };`,
}, {
  "text": ({ env }) => asked(env, "http://a/b?c=d#e"),
  "a URL": ({ env }) => asked(env, new URL("http://a/b")),
  "a Request": ({ env }) => asked(env, new Request("http://a/b", { method: "POST", body: "x", headers: { "X-A": "1" } })),
  "a Request and init": ({ env }) => asked(env, new Request("http://a/b", { headers: { "X-A": "1" } }), { method: "PUT", body: "y", headers: { "X-B": "2" } }),
  "methods": async ({ env }) => { const told = []; for (const method of ["GET", "get", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) { const answer = await env.ROOM.getByName("x").fetch("http://a/", { method }); told.push(method === "HEAD" ? answer.status : (await answer.json())[0]); } return told; },
  "bodies": async ({ env }) => [await asked(env, "http://a/", { method: "POST", body: new Uint8Array([65, 66]) }), await asked(env, "http://a/", { method: "POST", body: new URLSearchParams({ a: "b" }) }), await asked(env, "http://a/", { method: "POST", body: new Blob(["c"], { type: "text/x" }) })],
  "a stream": ({ env }) => asked(env, "http://a/", { method: "POST", body: new ReadableStream({ start(controller) { controller.enqueue(new Uint8Array([65, 66])); controller.close(); } }) }),
  "no body": ({ env }) => asked(env, "http://a/", { method: "POST" }),
  "a used Request": async ({ env }) => { const request = new Request("http://a/", { method: "POST", body: "x" }); await request.text(); return asked(env, request); },
  "redirect modes": ({ env }) => Promise.all(["manual", "follow"].map((redirect) => asked(env, "http://a/", { redirect }))),
  "no argument": ({ env }) => asked(env),
  "other values": ({ env }) => Promise.all([null, undefined, 5, {}].map((value) => asked(env, value))),
  "a wrong init": ({ env }) => asked(env, "http://a/", 5),
  "always a promise": async ({ env }) => { const one = env.ROOM.getByName("x").fetch("not a url"); return [one instanceof Promise, await one.catch((error) => error.constructor.name)]; },
});
