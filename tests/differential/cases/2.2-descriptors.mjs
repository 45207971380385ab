// Section 2.2: the members of WebSocket's prototype and of the class, as property descriptors.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `
const shape = (holder, key) => { const one = Object.getOwnPropertyDescriptor(holder, key); return one && [one.get ? "get" : "", one.set ? "set" : "", one.writable ?? "", one.enumerable, one.configurable].join(" "); };
const described = (holder, names) => names.map((name) => name + ": " + shape(holder, name));`,
}, {
  "methods": () => described(WebSocket.prototype, ["accept", "send", "close", "serializeAttachment", "deserializeAttachment"]),
  "attributes": () => described(WebSocket.prototype, ["readyState", "url", "protocol", "extensions", "binaryType"]),
  "constants on the prototype": () => described(WebSocket.prototype, ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "READY_STATE_CONNECTING", "READY_STATE_CLOSED"]),
  "constants on the class": () => described(WebSocket, ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "READY_STATE_CONNECTING", "READY_STATE_CLOSED"]),
  "no handler attributes": () => ["onopen", "onmessage", "onclose", "onerror"].map((name) => [name in WebSocket.prototype, name in new WebSocketPair()[0]]),
  "the constructor": () => [shape(WebSocket.prototype, "constructor")],
  "lengths": () => ["send", "close", "accept", "serializeAttachment", "deserializeAttachment"].map((name) => [name, WebSocket.prototype[name].length, WebSocket.prototype[name].name]),
  "the class": () => [WebSocket.name, WebSocket.length, Object.getPrototypeOf(WebSocket.prototype) === EventTarget.prototype],
  "the tag": () => [WebSocket.prototype[Symbol.toStringTag], shape(WebSocket.prototype, Symbol.toStringTag)],
});
