// Section 2.4: listeners that are added and removed while an event is dispatched.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const twice = (setup) => { const ws = new WebSocketPair()[0], log = []; setup(ws, log); ws.dispatchEvent(new Event("x")); log.push("|"); ws.dispatchEvent(new Event("x")); return log; };`,
}, {
  "added": () => twice((ws, log) => { const late = () => log.push("late"); ws.addEventListener("x", () => { log.push("first"); ws.addEventListener("x", late); }); }),
  "a later one removed": () => twice((ws, log) => { const second = () => log.push("second"); ws.addEventListener("x", () => { log.push("first"); ws.removeEventListener("x", second); }); ws.addEventListener("x", second); }),
  "an earlier one removed": () => twice((ws, log) => { const first = () => log.push("first"); ws.addEventListener("x", first); ws.addEventListener("x", () => { log.push("second"); ws.removeEventListener("x", first); }); ws.addEventListener("x", () => log.push("third")); }),
  "itself removed": () => twice((ws, log) => { const self = () => { log.push("self"); ws.removeEventListener("x", self); }; ws.addEventListener("x", self); ws.addEventListener("x", () => log.push("other")); }),
  "once and added again": () => twice((ws, log) => { const again = () => { log.push("again"); ws.addEventListener("x", again, { once: true }); }; ws.addEventListener("x", again, { once: true }); }),
  "the handler is set in a listener": () => twice((ws, log) => { ws.addEventListener("x", () => { log.push("listener"); ws.onx = () => log.push("handler"); }); }),
  "nested": () => twice((ws, log) => { ws.addEventListener("x", () => { log.push("outer"); ws.dispatchEvent(new Event("y")); log.push("outer ends"); }); ws.addEventListener("y", () => log.push("inner")); }),
});
