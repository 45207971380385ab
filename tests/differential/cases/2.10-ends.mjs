// Section 2.10: each end of a pair has an attachment of its own; client sockets have one too.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({}, {
  "of each end": () => { const [a, b] = Object.values(new WebSocketPair()); a.serializeAttachment("a"); const before = b.deserializeAttachment(); b.serializeAttachment("b"); return [before, a.deserializeAttachment(), b.deserializeAttachment()]; },
  "accepted": () => { const [a] = Object.values(new WebSocketPair()); a.serializeAttachment(1); a.accept(); const first = a.deserializeAttachment(); a.serializeAttachment(2); return [first, a.deserializeAttachment()]; },
  "closed": () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); a.serializeAttachment("kept"); a.close(1000); a.serializeAttachment(["after"]); return a.deserializeAttachment(); },
  "returned in a Response": () => { const [a] = Object.values(new WebSocketPair()); a.serializeAttachment("kept"); const response = new Response(null, { status: 101, webSocket: a }); return response.webSocket.deserializeAttachment(); },
  "of a client socket": () => { const one = new WebSocket("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); const first = one.deserializeAttachment(); one.serializeAttachment({ a: 1 }); return [first, one.deserializeAttachment()]; },
  "arguments": () => { const one = new WebSocketPair()[0]; one.serializeAttachment(1, 2, 3); try { one.serializeAttachment(); } catch (error) { return render(error); } return one.deserializeAttachment("ignored"); },
});
