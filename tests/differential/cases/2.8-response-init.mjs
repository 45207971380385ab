// Section 2.8: the forms in which a Response with a socket can be built, and what each keeps.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const end = () => new WebSocketPair()[0];
const about = (response) => [response.status, response.statusText, response.ok, response.webSocket instanceof WebSocket, response.body, response.bodyUsed, [...response.headers]];
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };`,
}, {
  "undefined body": () => about(new Response(undefined, { status: 101, webSocket: end() })),
  "headers as an object": () => about(new Response(null, { status: 101, webSocket: end(), headers: { A: "b" } })),
  "headers as a list": () => about(new Response(null, { status: 101, webSocket: end(), headers: [["A", "b"], ["A", "c"]] })),
  "headers as Headers": () => about(new Response(null, { status: 101, webSocket: end(), headers: new Headers({ A: "b" }) })),
  "a status text": () => about(new Response(null, { status: 101, statusText: "Changing", webSocket: end() })),
  "encodeBody": () => ["automatic", "manual", "other", undefined].map((encodeBody) => attempt(() => new Response(null, { status: 101, webSocket: end(), encodeBody }).status)),
  "cf": () => about(new Response(null, { status: 101, webSocket: end(), cf: { a: 1 } })),
  "from a response": () => { const one = new Response(null, { status: 101, statusText: "x", webSocket: end(), headers: { a: "b" } }), two = new Response(null, one); return [about(two), two.webSocket === one.webSocket]; },
  "from a response with a body": () => attempt(() => new Response("x", new Response(null, { status: 101, webSocket: end() })).status),
  "from a plain object of a response": () => { const { status, webSocket, headers } = new Response(null, { status: 101, webSocket: end() }); return about(new Response(null, { status, webSocket, headers })); },
  "a status of 101 as text": () => attempt(() => about(new Response(null, { status: "101", webSocket: end() }))),
  "statuses with a socket": () => [100, 102, 200, 204, 304, 426, 599].map((status) => attempt(() => new Response(null, { status, webSocket: end() }).status)),
  "statuses without one": () => [100, 101, 102, 103, 199].map((status) => attempt(() => new Response(null, { status }).status)),
  "something else as socket": () => [{}, 5, "x", new WebSocketPair(), () => {}].map((webSocket) => { try { return new Response(null, { status: 101, webSocket }).status; } catch (error) { return error.name; } }),
  "clone": () => attempt(() => new Response(null, { status: 101, webSocket: end() }).clone()),
  "static helpers": () => [Response.json({}).webSocket, Response.redirect("http://a/").webSocket, Response.error().webSocket],
});
