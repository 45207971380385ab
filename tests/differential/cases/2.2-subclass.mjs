// Section 2.2: a program's own class on top of WebSocket.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `class Own extends WebSocket { mine = 5; get twice() { return this.mine * 2; } send(data) { this.sent = data; return "own"; } }`,
}, {
  "made": () => { const one = new Own("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); return [one instanceof WebSocket, one instanceof Own, one.mine, one.twice, one.readyState, one.url]; },
  "overridden": () => { const one = new Own("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); return [one.send("x"), one.sent]; },
  "constants are inherited": () => [Own.OPEN, Own.CLOSED],
  "refused as its parent": () => new Own("http://127.0.0.1:1/"),
  "the tag": () => { const one = new Own("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); return [Object.prototype.toString.call(one), one.constructor.name]; },
});
