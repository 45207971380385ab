// Section 2.2: members of a WebSocket called on something else.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };
const getter = (name) => Object.getOwnPropertyDescriptor(WebSocket.prototype, name).get;`,
}, {
  "methods on a plain object": () => ["accept", "send", "close", "serializeAttachment", "deserializeAttachment"].map((name) => attempt(() => WebSocket.prototype[name].call({}, "1000"))),
  "methods on undefined": () => ["accept", "send", "close"].map((name) => attempt(() => { const method = WebSocket.prototype[name]; return method("x"); })),
  "methods on an EventTarget": () => attempt(() => WebSocket.prototype.send.call(new EventTarget(), "x")),
  "getters on a plain object": () => ["readyState", "url", "protocol", "extensions", "binaryType"].map((name) => attempt(() => getter(name).call({}))),
  "getters on the prototype": () => attempt(() => WebSocket.prototype.readyState),
  "a getter on a subclass's instance": () => { const pair = new WebSocketPair(); return getter("readyState").call(pair[0]); },
  "called without new": () => { try { WebSocket("ws://127.0.0.1:1/"); } catch (error) { return error.name; } },
  "a copy made with Object.create": () => attempt(() => Object.create(new WebSocketPair()[0]).readyState),
});
