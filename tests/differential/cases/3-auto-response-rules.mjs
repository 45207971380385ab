// Section 3: WebSocketRequestResponsePair, its limits, and the methods around it.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true }, {
  "the pair": () => { const pair = new WebSocketRequestResponsePair("a", "b"); return [pair.request, pair.response, typeof pair.getRequest, Object.keys(pair), Object.prototype.toString.call(pair)]; },
  "coerced": () => { const pair = new WebSocketRequestResponsePair(1, null); return [pair.request, pair.response]; },
  "too few arguments": () => { try { new WebSocketRequestResponsePair("a"); } catch (error) { return error.name; } },
  "read only": () => { const pair = new WebSocketRequestResponsePair("a", "b"); try { pair.request = "c"; } catch (error) { return error.name; } return pair.request; },
  "none at first": ({ ctx }) => ctx.getWebSocketAutoResponse(),
  "set and get": ({ ctx }) => { const pair = new WebSocketRequestResponsePair("a", "b"); const returned = ctx.setWebSocketAutoResponse(pair); const got = ctx.getWebSocketAutoResponse(); return [returned, got.request, got.response, got instanceof WebSocketRequestResponsePair]; },
  "cleared": ({ ctx }) => { ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("a", "b")); ctx.setWebSocketAutoResponse(); return ctx.getWebSocketAutoResponse(); },
  "cleared with undefined": ({ ctx }) => { ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("a", "b")); ctx.setWebSocketAutoResponse(undefined); return ctx.getWebSocketAutoResponse(); },
  "something else": ({ ctx }) => { try { ctx.setWebSocketAutoResponse({ request: "a", response: "b" }); } catch (error) { return error.name; } },
  "longest": ({ ctx }) => { ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x".repeat(2048), "y".repeat(2048))); return ctx.getWebSocketAutoResponse().request.length; },
  "request too long": ({ ctx }) => ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x".repeat(2049), "y")),
  "response too long": ({ ctx }) => ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("x", "y".repeat(2049))),
  "too long in bytes": ({ ctx }) => ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("\u00e9".repeat(1025), "y")),
  "timestamp of a new hibernatable socket": ({ ctx }) => { const [, server] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(server); return ctx.getWebSocketAutoResponseTimestamp(server); },
  "timestamp of an ordinary socket": ({ ctx }) => ctx.getWebSocketAutoResponseTimestamp(new WebSocketPair()[0]),
  "event timeout": ({ ctx }) => { const first = ctx.getHibernatableWebSocketEventTimeout(); ctx.setHibernatableWebSocketEventTimeout(500); const second = ctx.getHibernatableWebSocketEventTimeout(); ctx.setHibernatableWebSocketEventTimeout(0); const third = ctx.getHibernatableWebSocketEventTimeout(); ctx.setHibernatableWebSocketEventTimeout(5); ctx.setHibernatableWebSocketEventTimeout(); return [first, second, third, ctx.getHibernatableWebSocketEventTimeout()]; },
  "event timeout too long": ({ ctx }) => ctx.setHibernatableWebSocketEventTimeout(604_800_001),
});
