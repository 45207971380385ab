// Sections 2.6 and 2.8: what accept() refuses, and which ends a Response takes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const pair = () => Object.values(new WebSocketPair()); const upgrade = (webSocket) => new Response(null, { status: 101, webSocket });`,
}, {
  "in a Response after accept": () => { const [a] = pair(); a.accept(); upgrade(a); return "constructed"; },
  "in two Responses": () => { const [a] = pair(); upgrade(a); upgrade(a); return "constructed"; },
  "accept after a Response was made": () => { const [a] = pair(); upgrade(a); return a.accept(); },
  "accept after acceptWebSocket": ({ ctx }) => { const [, b] = pair(); ctx.acceptWebSocket(b); b.accept(); },
  "acceptWebSocket after accept": ({ ctx }) => { const [, b] = pair(); b.accept(); ctx.acceptWebSocket(b); },
  "acceptWebSocket twice": ({ ctx }) => { const [, b] = pair(); ctx.acceptWebSocket(b); ctx.acceptWebSocket(b); },
  "acceptWebSocket on both ends": ({ ctx }) => { const [a, b] = pair(); ctx.acceptWebSocket(b); ctx.acceptWebSocket(a); },
  "acceptWebSocket when the pair-mate is accepted": ({ ctx }) => { const [a, b] = pair(); a.accept(); ctx.acceptWebSocket(b); },
  "accept when the pair-mate is accepted by acceptWebSocket": ({ ctx }) => { const [a, b] = pair(); ctx.acceptWebSocket(b); return a.accept(); },
  "acceptWebSocket on something else": ({ ctx }) => { try { ctx.acceptWebSocket({}); } catch (error) { return error.name; } },
  "a Response with an accepted hibernatable end": ({ ctx }) => { const [, b] = pair(); ctx.acceptWebSocket(b); upgrade(b); return "constructed"; },
});
