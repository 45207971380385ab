// Section 2.1: the iterator of a WebSocketPair.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "steps": () => { const pair = new WebSocketPair(), one = pair[Symbol.iterator](); const steps = [one.next(), one.next(), one.next(), one.next()]; return steps.map(({ done, value }) => [done, value === pair[0] ? "first" : value === pair[1] ? "second" : value]); },
  "each is new": () => { const pair = new WebSocketPair(); return pair[Symbol.iterator]() !== pair[Symbol.iterator](); },
  "iterable itself": () => { const one = new WebSocketPair()[Symbol.iterator](); return one[Symbol.iterator]() === one; },
  "spread": () => [...new WebSocketPair()].length,
  "Array.from": () => Array.from(new WebSocketPair(), (one) => one instanceof WebSocket),
  "for of": () => { let count = 0; for (const one of new WebSocketPair()) count += one.readyState; return count; },
  "the same sockets": () => { const pair = new WebSocketPair(); return [...pair].every((one, at) => one === pair[at]); },
  "no length": () => [new WebSocketPair().length, Array.isArray(new WebSocketPair())],
});
