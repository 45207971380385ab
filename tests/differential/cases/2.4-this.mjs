// Section 2.4: `this` in listeners is the target since 2025-08-01.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2025-07-31" }, after: { date: "2025-08-01" } };
export const { config, worker, client } = probes({
  prelude: `
const both = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return [a, b]; };
const name = (it, b) => it === b ? "the socket" : it === globalThis ? "global" : it === undefined ? "undefined" : typeof it;
const rest = () => new Promise((resolve) => setTimeout(resolve, 20));`,
}, {
  "a function": async () => { const [a, b] = both(); let seen; b.addEventListener("message", function () { seen = name(this, b); }); a.send("x"); await rest(); return seen; },
  "a strict function": async () => { const [a, b] = both(); let seen; b.addEventListener("message", function () { "use strict"; seen = name(this, b); }); a.send("x"); await rest(); return seen; },
  "a handler": async () => { const [a, b] = both(); let seen; b.onmessage = function () { seen = name(this, b); }; a.send("x"); await rest(); return seen; },
  "an object": async () => { const [a, b] = both(); const one = { handleEvent() { this.seen = this === one; } }; b.addEventListener("message", one); a.send("x"); await rest(); return one.seen; },
  "of an EventTarget": () => { const target = new EventTarget(); let seen; target.addEventListener("x", function () { seen = name(this, target); }); target.dispatchEvent(new Event("x")); return seen; },
  "a bound function": async () => { const [a, b] = both(); const mine = {}; let seen; b.addEventListener("message", function () { seen = this === mine; }.bind(mine)); a.send("x"); await rest(); return seen; },
});
