// Section 3: what acceptWebSocket() takes and refuses.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const end = () => Object.values(new WebSocketPair())[1];
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };`,
}, {
  "nothing": ({ ctx }) => attempt(() => ctx.acceptWebSocket()),
  "no socket": ({ ctx }) => [{}, null, undefined, 5, "x", new WebSocketPair(), new EventTarget()].map((value) => attempt(() => ctx.acceptWebSocket(value))),
  "returns": ({ ctx }) => ctx.acceptWebSocket(end()),
  "tags that are no list": ({ ctx }) => [null, "text", 5, {}, new Set(["a"]), true].map((tags) => attempt(() => { const ws = end(); ctx.acceptWebSocket(ws, tags); return ctx.getTags(ws); })),
  "tags of other types": ({ ctx }) => attempt(() => { const ws = end(); ctx.acceptWebSocket(ws, [1, null, undefined, true, { toString: () => "own" }]); return ctx.getTags(ws); }),
  "a symbol as tag": ({ ctx }) => { try { ctx.acceptWebSocket(end(), [Symbol("s")]); } catch (error) { return error.name; } },
  "a refused socket is not taken": ({ ctx }) => { const ws = end(); const first = attempt(() => ctx.acceptWebSocket(ws, ["x".repeat(300)])); const count = ctx.getWebSockets().length; return [typeof first, count, attempt(() => ctx.acceptWebSocket(ws, ["fine"])), ctx.getWebSockets().length]; },
  "a client socket": ({ ctx }) => attempt(() => { const ws = new WebSocket("ws://127.0.0.1:1/"); ws.addEventListener("error", () => {}); ctx.acceptWebSocket(ws); }),
  "an end in a Response": ({ ctx }) => attempt(() => { const ws = end(); new Response(null, { status: 101, webSocket: ws }); ctx.acceptWebSocket(ws); return ctx.getWebSockets().length; }),
  "its mate in a Response": ({ ctx }) => attempt(() => { const [a, b] = Object.values(new WebSocketPair()); new Response(null, { status: 101, webSocket: a }); ctx.acceptWebSocket(b); return ctx.getWebSockets().length; }),
  "after accept": ({ ctx }) => attempt(() => { const ws = end(); ws.accept(); ctx.acceptWebSocket(ws); }),
  "its mate after accept": ({ ctx }) => attempt(() => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); ctx.acceptWebSocket(b); }),
  "both ends": ({ ctx }) => attempt(() => { const [a, b] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(a); ctx.acceptWebSocket(b); }),
  "twice": ({ ctx }) => attempt(() => { const ws = end(); ctx.acceptWebSocket(ws); ctx.acceptWebSocket(ws); }),
});
