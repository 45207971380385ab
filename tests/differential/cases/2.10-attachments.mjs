// Section 2.10: attachments: values, snapshots, limits.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const one = () => new WebSocketPair()[0];
const kept = (value) => { const socket = one(); socket.serializeAttachment(value); return socket.deserializeAttachment(); };`,
}, {
  "never set": () => one().deserializeAttachment(),
  "returns": () => one().serializeAttachment(1),
  "values": () => [kept(1), kept("text"), kept(null), kept(undefined), kept(true), kept(-0), kept(2n ** 70n)],
  "objects": () => kept({ id: "x", list: [1, , 3], nested: { date: new Date(0), map: new Map([[1, { a: 1 }]]), set: new Set(["s"]) }, bytes: new Uint8Array([1, 2]), re: /a/g }),
  "errors": () => kept(new RangeError("kept")),
  "cycles": () => { const value = { name: "loop" }; value.self = value; const got = kept(value); return [got.self === got, got !== value]; },
  "a snapshot": () => { const value = { n: 1 }; const socket = one(); socket.serializeAttachment(value); value.n = 2; return socket.deserializeAttachment(); },
  "a fresh copy each time": () => { const socket = one(); socket.serializeAttachment({ n: 1 }); const first = socket.deserializeAttachment(); first.n = 5; return [socket.deserializeAttachment(), first]; },
  "set twice": () => { const socket = one(); socket.serializeAttachment(1); socket.serializeAttachment("two"); return socket.deserializeAttachment(); },
  "on a hibernatable socket": ({ ctx }) => { const [, server] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(server); server.serializeAttachment({ id: 7 }); return ctx.getWebSockets()[0].deserializeAttachment(); },
  "just small enough": () => kept("x".repeat(16_300)).length,
  "too large": () => one().serializeAttachment("x".repeat(16_384)),
  "much too large": () => one().serializeAttachment(new Uint8Array(100_000)),
  "a function": () => one().serializeAttachment(() => 1),
  "a symbol": () => one().serializeAttachment(Symbol("s")),
  "a method inside": () => one().serializeAttachment({ a() {} }),
  "a class instance": () => { class Point { x = 1; get y() { return 2; } } return kept(new Point()); },
  "a getter": () => kept({ get a() { return 5; } }),
  "after a failure the old value stays": () => { const socket = one(); socket.serializeAttachment("old"); try { socket.serializeAttachment("x".repeat(20_000)); } catch {} return socket.deserializeAttachment(); },
  "no argument": () => { const socket = one(); try { socket.serializeAttachment(); } catch (error) { return error.name; } return socket.deserializeAttachment(); },
});
