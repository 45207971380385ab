// Section 2.4: the arguments of addEventListener and removeEventListener on a socket.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const one = () => new WebSocketPair()[0]; const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };
const heard = (add) => { const ws = one(), log = []; const listener = () => log.push("heard"); const answer = attempt(() => add(ws, listener)); ws.dispatchEvent(new Event("x")); ws.dispatchEvent(new Event("x")); return [answer, log.length]; };`,
}, {
  "plain": () => heard((ws, listener) => ws.addEventListener("x", listener)),
  "true and false": () => [heard((ws, listener) => ws.addEventListener("x", listener, false)), heard((ws, listener) => ws.addEventListener("x", listener, true))],
  "once": () => heard((ws, listener) => ws.addEventListener("x", listener, { once: true })),
  "once twice": () => heard((ws, listener) => { ws.addEventListener("x", listener, { once: true }); ws.addEventListener("x", listener); }),
  "capture": () => [heard((ws, listener) => ws.addEventListener("x", listener, { capture: false })), heard((ws, listener) => ws.addEventListener("x", listener, { capture: true }))],
  "passive": () => [heard((ws, listener) => ws.addEventListener("x", listener, { passive: false })), heard((ws, listener) => ws.addEventListener("x", listener, { passive: true }))],
  "an aborted signal": () => heard((ws, listener) => ws.addEventListener("x", listener, { signal: AbortSignal.abort() })),
  "a wrong signal": () => heard((ws, listener) => ws.addEventListener("x", listener, { signal: {} })),
  "a type that is no string": () => { const ws = one(), log = []; ws.addEventListener(5, () => log.push("five")); ws.dispatchEvent(new Event("5")); return log; },
  "null as listener": () => heard((ws) => ws.addEventListener("x", null)),
  "a number as listener": () => heard((ws) => ws.addEventListener("x", 5)),
  "an object without handleEvent": () => attempt(() => { const ws = one(); return ws.addEventListener("x", {}); }),
  "no listener": () => { try { one().addEventListener("x"); } catch (error) { return error.name; } },
  "removed": () => heard((ws, listener) => { ws.addEventListener("x", listener); ws.removeEventListener("x", listener); }),
  "removed with other options": () => heard((ws, listener) => { ws.addEventListener("x", listener, { once: true }); ws.removeEventListener("x", listener, false); }),
  "removed but never added": () => heard((ws, listener) => ws.removeEventListener("x", listener)),
  "on another socket": () => heard((ws, listener) => { ws.addEventListener("x", listener); one().removeEventListener("x", listener); }),
  "returns": () => [one().addEventListener("x", () => {}), one().removeEventListener("x", () => {})],
});
