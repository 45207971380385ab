// Section 2.4: `on<type>` is looked up when the event is dispatched and called before the listeners.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `
const both = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return [a, b]; };
const rest = () => new Promise((resolve) => setTimeout(resolve, 20));`,
}, {
  "before the listeners": async () => { const [a, b] = both(), log = []; b.addEventListener("message", () => log.push("listener")); b.onmessage = () => log.push("handler"); a.send("x"); await rest(); return log; },
  "replaced": async () => { const [a, b] = both(), log = []; b.onmessage = () => log.push("first"); b.onmessage = () => log.push("second"); a.send("x"); await rest(); return log; },
  "removed": async () => { const [a, b] = both(), log = []; b.onmessage = () => log.push("handler"); b.onmessage = null; a.send("x"); await rest(); return [log, b.onmessage]; },
  "set in the handler": async () => { const [a, b] = both(), log = []; b.onmessage = () => { log.push("first"); b.onmessage = () => log.push("second"); }; a.send("1"); a.send("2"); await rest(); return log; },
  "no function": async () => { const [a, b] = both(), log = []; b.onmessage = "text"; b.addEventListener("message", ({ data }) => log.push(data)); a.send("x"); await rest(); return [log, b.onmessage]; },
  "an object with handleEvent": async () => { const [a, b] = both(), log = []; b.onmessage = { handleEvent() { log.push("never"); } }; b.addEventListener("message", ({ data }) => log.push(data)); a.send("x"); await rest(); return log; },
  "this and arguments": async () => { const [a, b] = both(), log = []; b.onmessage = function () { log.push(this === b, arguments.length, arguments[0].data); }; a.send("x"); await rest(); return log; },
  "onclose": async () => { const [a, b] = both(), log = []; b.onclose = ({ code, reason }) => log.push(code, reason); b.addEventListener("close", () => log.push("listener")); a.close(4000, "bye"); await rest(); return log; },
  "any case but lower": async () => { const [a, b] = both(), log = []; b.onMessage = () => log.push("never"); b.ONMESSAGE = () => log.push("never"); b.addEventListener("message", () => log.push("listener")); a.send("x"); await rest(); return log; },
  "stops the others": async () => { const [a, b] = both(), log = []; b.onmessage = (event) => { log.push("handler"); event.stopImmediatePropagation(); }; b.addEventListener("message", () => log.push("listener")); a.send("x"); await rest(); return log; },
  "returns true": async () => { const [a, b] = both(), log = []; b.onmessage = () => true; b.addEventListener("message", (event) => log.push(event.defaultPrevented, event.cancelable)); a.send("x"); await rest(); return log; },
  "async": async () => { const [a, b] = both(), log = []; b.onmessage = async ({ data }) => { log.push("begins " + data); await null; log.push("ends " + data); }; a.send("1"); a.send("2"); await rest(); return log; },
  "of an event of its own": () => { const [a] = both(), log = []; a.onmine = (event) => log.push(event.type, event.isTrusted); a.dispatchEvent(new Event("mine")); return log; },
});
