// Section 3: what setWebSocketAutoResponse() and getWebSocketAutoResponseTimestamp() take.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const pair = () => new WebSocketRequestResponsePair("q", "a");
const set = (ctx, ...how) => { ctx.setWebSocketAutoResponse(pair()); try { ctx.setWebSocketAutoResponse(...how); } catch (error) { return render(error); } return ctx.getWebSocketAutoResponse()?.request ?? null; };`,
}, {
  "nothing, undefined, null": ({ ctx }) => [set(ctx), set(ctx, undefined), set(ctx, null)],
  "other values": ({ ctx }) => [{}, { request: "a", response: "b" }, "text", 5, ["a", "b"], true].map((value) => set(ctx, value)),
  "a subclass": ({ ctx }) => { class Own extends WebSocketRequestResponsePair {} return set(ctx, new Own("own", "x")); },
  "a new object each time": ({ ctx }) => { const one = pair(); ctx.setWebSocketAutoResponse(one); return [ctx.getWebSocketAutoResponse() === one, ctx.getWebSocketAutoResponse() === ctx.getWebSocketAutoResponse(), ctx.getWebSocketAutoResponse() instanceof WebSocketRequestResponsePair]; },
  "timestamps of other values": ({ ctx }) => [undefined, null, {}, "x", new WebSocketPair()].map((value) => { try { return ctx.getWebSocketAutoResponseTimestamp(value); } catch (error) { return render(error); } }),
  "timestamps of other sockets": ({ ctx }) => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); return [ctx.getWebSocketAutoResponseTimestamp(a), ctx.getWebSocketAutoResponseTimestamp(b)]; },
  "the pair's class": () => [WebSocketRequestResponsePair.name, WebSocketRequestResponsePair.length, Object.keys(WebSocketRequestResponsePair.prototype).sort(), Object.keys(pair())],
  "arguments of the pair": () => [[], ["a"], [undefined, undefined], [null, 5], [{}, []]].map((how) => { try { const one = new WebSocketRequestResponsePair(...how); return [one.request, one.response]; } catch (error) { return render(error); } }),
  "sizes of the pair": () => [[2048, 2048], [2049, 1], [1, 2049], [3000, 3000]].map(([q, a]) => { try { new WebSocketRequestResponsePair("x".repeat(q), "y".repeat(a)); return "fine"; } catch (error) { return render(error); } }),
  "sizes when it is set": ({ ctx }) => [[2048, 2048], [2049, 1], [1, 2049]].map(([q, a]) => { try { return set(ctx, new WebSocketRequestResponsePair("x".repeat(q), "y".repeat(a)))?.length; } catch (error) { return render(error); } }),
});
