// Section 3: a hibernatable socket whose other end is never returned, or is accepted in the object itself.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const held = (ctx) => { const [a, b] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(b, ["t"]); return [a, b]; };
const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };`,
}, {
  "counted": ({ ctx }) => { held(ctx); held(ctx); return [ctx.getWebSockets().length, ctx.getWebSockets("t").length]; },
  "send": ({ ctx }) => { const [, b] = held(ctx); return [attempt(() => b.send("x")), b.readyState]; },
  "close": ({ ctx }) => { const [, b] = held(ctx); return [attempt(() => b.close(4000, "x")), b.readyState, ctx.getWebSockets().map((ws) => ws.readyState), attempt(() => b.send("x"))]; },
  "the other end is a plain one": ({ ctx }) => { const [a] = held(ctx); return [a.readyState, attempt(() => a.send("x")), attempt(() => ctx.getTags(a))]; },
  "later": async ({ ctx }) => { held(ctx); await scheduler.wait(10); return ctx.getWebSockets().length; },
});
