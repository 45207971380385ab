// Section 2.8: a Response with a socket as an object: its properties, its copies, and what cannot be done with it.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const upgrade = (init = {}) => { const [client, server] = Object.values(new WebSocketPair()); server.accept(); return new Response(null, { status: 101, webSocket: client, ...init }); };`,
}, {
  "text": () => upgrade().text(),
  "json": async () => { try { return await upgrade().json(); } catch (error) { return error.name; } },
  "bodyUsed": () => { const one = upgrade(); return [one.body, one.bodyUsed, one.ok, one.redirected, one.type, one.url, one.statusText]; },
  "webSocket is read-only": () => { "use strict"; const one = upgrade(); try { one.webSocket = null; } catch (error) { return error.name; } return one.webSocket === null; },
  "a copy with another status": () => { const one = upgrade(); return new Response(null, { ...one, status: 200 }).status; },
  "init from a response": () => { const one = upgrade({ headers: { "x-a": "1" } }); const two = new Response(null, one); return [two.status, two.webSocket === one.webSocket, two.headers.get("x-a")]; },
  "webSocket: null and 200": () => new Response("x", { webSocket: null }).webSocket,
  "Response.json with a socket": () => { try { return Response.json({}, { status: 101, webSocket: new WebSocketPair()[0] }).status; } catch (error) { return error.name; } },
  "headers stay mutable": () => { const one = upgrade(); one.headers.set("x-b", "2"); return [...one.headers]; },
});
