// Section 2.1: the class WebSocketPair and its instances as objects.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "name and length": () => [WebSocketPair.name, WebSocketPair.length],
  "prototype": () => [Object.getPrototypeOf(WebSocketPair.prototype) === Object.prototype, WebSocketPair.prototype.constructor === WebSocketPair],
  "for in": () => { const seen = []; for (const key in new WebSocketPair()) seen.push(key); return seen; },
  "own names": () => Object.getOwnPropertyNames(new WebSocketPair()),
  "own symbols": () => Object.getOwnPropertySymbols(new WebSocketPair()).length,
  "entries": () => Object.entries(new WebSocketPair()).map(([key, value]) => [key, value.readyState]),
  "copied": () => { const pair = new WebSocketPair(); const copy = { ...pair }; return [Object.keys(copy), copy[0] === pair[0], copy[1] === pair[1]]; },
  "a third": () => [new WebSocketPair()[2], 2 in new WebSocketPair(), 0 in new WebSocketPair(), 1 in new WebSocketPair()],
  "assigned in strict mode": () => { "use strict"; const pair = new WebSocketPair(), first = pair[0]; try { pair[0] = 5; } catch (error) { return error.name; } return pair[0] === first; },
  "arguments are ignored": () => Object.keys(new WebSocketPair("x", {})),
  "a subclass": () => { class Own extends WebSocketPair { get mine() { return this[0]; } } const one = new Own(); return [one instanceof WebSocketPair, one.mine === one[0], Object.keys(one)]; },
  "cloned": () => { try { structuredClone(new WebSocketPair()); return "cloned"; } catch (error) { return error.name; } },
  "own properties of an end can be added": () => { const [a] = Object.values(new WebSocketPair()); a.name = "mine"; return [a.name, Object.keys(a)]; },
  "as keys of a map": () => { const pair = new WebSocketPair(), map = new Map([[pair[0], "a"], [pair[1], "b"]]); return [map.get(pair[0]), map.get(pair[1]), new WeakSet([pair[0]]).has(pair[0])]; },
});
