// Section 2.1: what a WebSocketPair looks like from the program.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "keys": () => Object.keys(new WebSocketPair()),
  "values": () => Object.values(new WebSocketPair()).map((one) => one instanceof WebSocket),
  "entries by index": () => { const { 0: a, 1: b } = new WebSocketPair(); return a !== b && a instanceof WebSocket && b instanceof WebSocket; },
  "iterable": () => { const pair = new WebSocketPair(); const [a, b, ...rest] = pair; return [a === pair[0], b === pair[1], rest.length]; },
  "iterator is a function": () => typeof new WebSocketPair()[Symbol.iterator],
  "descriptor": () => { const { value, ...rest } = Object.getOwnPropertyDescriptor(new WebSocketPair(), "0"); return [value instanceof WebSocket, rest]; },
  "same object each time": () => { const pair = new WebSocketPair(); return pair[0] === pair[0]; },
  "class": () => { const pair = new WebSocketPair(); return [pair instanceof WebSocketPair, Object.prototype.toString.call(pair), typeof WebSocketPair]; },
  "without new": () => { try { return WebSocketPair(); } catch (error) { return error.name; } },
  "json": () => JSON.stringify(Object.keys({ ...new WebSocketPair() })),
});
