// Section 2.4: a program dispatches events at a socket itself.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ prelude: `const one = () => new WebSocketPair()[0];` }, {
  "at once": () => { const ws = one(), log = []; ws.addEventListener("x", ({ type, isTrusted, target }) => log.push(type, isTrusted, target === ws)); log.push("before"); const returned = ws.dispatchEvent(new Event("x")); return [log, returned]; },
  "prevented": () => { const ws = one(); ws.addEventListener("x", (event) => event.preventDefault()); return [ws.dispatchEvent(new Event("x")), ws.dispatchEvent(new Event("x", { cancelable: true }))]; },
  "a message": () => { const ws = one(), log = []; ws.onmessage = ({ data }) => log.push("handler " + data); ws.addEventListener("message", ({ data }) => log.push("listener " + data)); ws.dispatchEvent(new MessageEvent("message", { data: "mine" })); return [log, ws.readyState]; },
  "a close": () => { const ws = one(), log = []; ws.accept(); ws.addEventListener("close", ({ code }) => log.push(code)); ws.dispatchEvent(new CloseEvent("close", { code: 4000 })); return [log, ws.readyState]; },
  "while it is dispatched": () => { const ws = one(), event = new Event("x"); let seen; ws.addEventListener("x", () => { try { ws.dispatchEvent(event); } catch (error) { seen = render(error); } }); ws.dispatchEvent(event); return seen; },
  "twice": () => { const ws = one(), event = new Event("x"); let count = 0; ws.addEventListener("x", () => count++); ws.dispatchEvent(event); ws.dispatchEvent(event); return count; },
  "no event": () => ["x", {}, null, undefined].map((value) => { try { one().dispatchEvent(value); } catch (error) { return render(error); } }),
  "nothing": () => { try { one().dispatchEvent(); } catch (error) { return error.name; } },
  "without listeners": () => one().dispatchEvent(new Event("x")),
  "a class of its own": () => { class Mine extends Event { extra = 5; } const ws = one(); let seen; ws.addEventListener("mine", (event) => { seen = [event instanceof Mine, event.extra]; }); ws.dispatchEvent(new Mine("mine")); return seen; },
});
