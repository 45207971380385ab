// Section 2.6: the argument of accept(), and accepting again.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const pair = () => Object.values(new WebSocketPair());`,
}, {
  "nothing": () => pair()[0].accept(),
  "an empty object": () => pair()[0].accept({}),
  "allowHalfOpen": () => [true, false, undefined, null, 1, "no"].map((allowHalfOpen) => { try { return pair()[0].accept({ allowHalfOpen }); } catch (error) { return render(error); } }),
  "null": () => pair()[0].accept(null),
  "a number": () => pair()[0].accept(5),
  "a string": () => pair()[0].accept("yes"),
  "a function": () => pair()[0].accept(() => {}),
  "twice": () => { const [a] = pair(); a.accept(); return [a.accept(), a.readyState]; },
  "twice with another choice": () => { const [a] = pair(); a.accept({ allowHalfOpen: true }); return [a.accept({ allowHalfOpen: false }), a.readyState]; },
  "after close": () => { const [a] = pair(); a.accept(); a.close(); return [a.accept(), a.readyState]; },
  "length and name": () => [WebSocket.prototype.accept.length, WebSocket.prototype.accept.name, WebSocket.prototype.close.length],
  "on something else": () => { try { WebSocket.prototype.accept.call({}); } catch (error) { return error.name; } },
});
