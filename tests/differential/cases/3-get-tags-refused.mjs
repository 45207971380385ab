// Section 3: getTags() of what has no tags.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };`,
}, {
  "not accepted": ({ ctx }) => attempt(() => ctx.getTags(new WebSocketPair()[0])),
  "accepted": ({ ctx }) => attempt(() => { const ws = new WebSocketPair()[0]; ws.accept(); return ctx.getTags(ws); }),
  "closed": ({ ctx }) => attempt(() => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); a.close(); return ctx.getTags(a); }),
  "a client socket": ({ ctx }) => attempt(() => { const ws = new WebSocket("ws://127.0.0.1:1/"); ws.addEventListener("error", () => {}); return ctx.getTags(ws); }),
  "the mate of a held one": ({ ctx }) => attempt(() => { const [a, b] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(b, ["t"]); return ctx.getTags(a); }),
  "in a Response": ({ ctx }) => attempt(() => { const [a] = Object.values(new WebSocketPair()); new Response(null, { status: 101, webSocket: a }); return ctx.getTags(a); }),
  "held and closed": ({ ctx }) => attempt(() => { const [, b] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(b, ["t"]); b.close(1000); return ctx.getTags(b); }),
  "nothing": ({ ctx }) => attempt(() => ctx.getTags()),
  "no socket": ({ ctx }) => [{}, null, "x", new WebSocketPair()].map((value) => attempt(() => ctx.getTags(value))),
});
