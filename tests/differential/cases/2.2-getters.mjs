// Section 2.2: the attributes are own properties before 2022-01-31 and getters of the prototype since.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2022-01-30" }, after: { date: "2022-01-31" } };
export const { config, worker, client } = probes({ prelude: `const one = () => new WebSocketPair()[0];` }, {
  "own": () => ["readyState", "url", "protocol", "extensions"].map((name) => Object.hasOwn(one(), name)),
  "values": () => { const ws = one(); return [ws.readyState, ws.url, ws.protocol, ws.extensions]; },
  "keys": () => Object.keys(one()).filter((name) => name !== "bufferedAmount").sort(),
  "spread": () => { const { readyState, url } = { ...one() }; return [readyState, url]; },
  "changing with the state": () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); const before = a.readyState; a.close(); return [before, a.readyState]; },
  "assigned": () => { "use strict"; const ws = one(); try { ws.readyState = 7; } catch (error) { return error.name; } return ws.readyState; },
  "methods": () => ["send", "close", "accept"].map((name) => [Object.hasOwn(one(), name), Object.hasOwn(WebSocket.prototype, name)]),
  "a subclass may override": () => { class Own extends WebSocketPair {} const ws = new Own()[0]; Object.defineProperty(ws, "mine", { get: () => 5 }); return ws.mine; },
});
