// Section 2.2: members, constants and first values of a WebSocket.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ prelude: `const pair = () => Object.values(new WebSocketPair());` }, {
  "constants on the class": () => ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "READY_STATE_CONNECTING", "READY_STATE_OPEN", "READY_STATE_CLOSING", "READY_STATE_CLOSED"].map((name) => WebSocket[name]),
  "constants on the prototype": () => { const [one] = pair(); return [one.CONNECTING, one.OPEN, one.CLOSING, one.CLOSED, one.READY_STATE_OPEN]; },
  "before accept": () => { const [one] = pair(); return [one.readyState, one.url, one.protocol, one.extensions]; },
  "after accept": () => { const [one] = pair(); one.accept(); return [one.readyState, one.url, one.protocol, one.extensions]; },
  "members": () => { const [one] = pair(); return ["accept", "send", "close", "serializeAttachment", "deserializeAttachment", "addEventListener", "removeEventListener", "dispatchEvent"].map((name) => typeof one[name]); },
  "accept returns": () => pair()[0].accept(),
  "accept twice": () => { const [one] = pair(); one.accept(); return one.accept(); },
  "an EventTarget": () => { const [one] = pair(); return [one instanceof EventTarget, Object.prototype.toString.call(one), one.constructor === WebSocket, one.constructor.name]; },
  "own keys": () => Object.keys(pair()[0]),
  "read only": () => { const [one] = pair(); try { one.readyState = 3; } catch (error) { return error.name; } return one.readyState; },
  "send and close return": () => { const [one, two] = pair(); one.accept(); two.accept(); return [one.send("x"), one.close()]; },
});
