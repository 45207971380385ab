// Section 2.2: the constants cannot be changed, and the aliases agree with them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "aliases": () => ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].map((name) => [WebSocket[name] === WebSocket["READY_STATE_" + name], WebSocket.prototype[name] === WebSocket[name]]),
  "assigned": () => { "use strict"; try { WebSocket.OPEN = 9; } catch (error) { return [error.name, WebSocket.OPEN]; } return WebSocket.OPEN; },
  "assigned on an instance": () => { "use strict"; const one = new WebSocketPair()[0]; try { one.OPEN = 9; } catch (error) { return [error.name, one.OPEN]; } return one.OPEN; },
  "deleted": () => { "use strict"; try { delete WebSocket.CLOSED; } catch (error) { return [error.name, WebSocket.CLOSED]; } return WebSocket.CLOSED; },
  "keys of the class": () => Object.keys(WebSocket),
  "compared": () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); const first = a.readyState === WebSocket.OPEN; a.close(1000); return [first, a.readyState === WebSocket.READY_STATE_CLOSING, a.readyState === a.CLOSING]; },
});
