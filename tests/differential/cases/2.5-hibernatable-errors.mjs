// Sections 2.5 and 2.6: what send() and close() of a hibernatable end refuse.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `
const held = (ctx) => { const [client, server] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(server); return [server, client]; };
const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return render(error); } };`,
}, {
  "send": ({ ctx }) => held(ctx)[0].send("x"),
  "send on the other end": ({ ctx }) => held(ctx)[1].send("x"),
  "close on the other end": ({ ctx }) => held(ctx)[1].close(1000),
  "send after close": ({ ctx }) => { const [ws] = held(ctx); ws.close(1000, "bye"); ws.send("x"); },
  "close twice": ({ ctx }) => { const [ws] = held(ctx); ws.close(1000); return ws.close(1001, "again"); },
  "close twice with a wrong code": ({ ctx }) => { const [ws] = held(ctx); ws.close(1000); ws.close(5); },
  "codes": ({ ctx }) => [0, 999, 1000, 1004, 1005, 1006, 1015, 2999, 3000, 4999, 5000].map((code) => [code, attempt(() => held(ctx)[0].close(code))]),
  "reason without code": ({ ctx }) => held(ctx)[0].close(undefined, "why"),
  "reason of 124 bytes": ({ ctx }) => held(ctx)[0].close(1000, "x".repeat(124)),
  "states": ({ ctx }) => { const [ws, other] = held(ctx); const before = [ws.readyState, other.readyState]; ws.close(); return [before, ws.readyState, other.readyState]; },
  "listeners may be added": ({ ctx }) => { const [ws] = held(ctx); ws.addEventListener("message", () => {}); return ws.readyState; },
  "accept": ({ ctx }) => held(ctx)[0].accept(),
  "still listed after close": ({ ctx }) => { const [ws] = held(ctx); ws.close(1000); return ctx.getWebSockets().length; },
});
