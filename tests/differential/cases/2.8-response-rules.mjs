// Section 2.8: which statuses, bodies and sockets the Response constructor takes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const end = () => new WebSocketPair()[0];
const about = (response) => [response.status, response.statusText, response.webSocket instanceof WebSocket ? "socket" : response.webSocket, response.body === null, [...response.headers]];`,
}, {
  "101 with a socket": () => about(new Response(null, { status: 101, webSocket: end() })),
  "101 without a socket": () => about(new Response(null, { status: 101 })),
  "101 with undefined": () => about(new Response(null, { status: 101, webSocket: undefined })),
  "101 with null": () => about(new Response(null, { status: 101, webSocket: null })),
  "200 with a socket": () => about(new Response(null, { status: 200, webSocket: end() })),
  "a socket and no status": () => about(new Response(null, { webSocket: end() })),
  "a body with 101": () => about(new Response("x", { status: 101, webSocket: end() })),
  "an empty body with 101": () => about(new Response("", { status: 101, webSocket: end() })),
  "statuses": () => [0, 100, 199, 200, 204, 599, 600, 1000, -1].map((status) => { try { return new Response(null, { status }).status; } catch (error) { return render(error); } }),
  "null body statuses": () => [204, 205, 304].map((status) => { try { return new Response("x", { status }).status; } catch (error) { return render(error); } }),
  "a copy keeps the socket": () => { const first = new Response(null, { status: 101, webSocket: end(), headers: { "x-a": "1" } }); const copy = new Response(first.body, first); return [copy.webSocket === first.webSocket, about(copy)]; },
  "clone": () => new Response(null, { status: 101, webSocket: end() }).clone(),
  "something else as webSocket": () => { try { new Response(null, { status: 101, webSocket: {} }); } catch (error) { return error.name; } },
  "status text": () => about(new Response("x", { status: 299, statusText: "So so" })),
  "usual status texts": () => [200, 201, 204, 299, 302, 399, 404, 418, 499, 500, 599].map((status) => new Response(null, { status }).statusText),
  "bad status text": () => { try { new Response("x", { statusText: "a\nb" }); } catch (error) { return error.name; } },
  "the socket of an ordinary response": () => new Response("x").webSocket,
});
