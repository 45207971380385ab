// Section 2.2: what binaryType takes: the two words, and silence for everything else.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2026-03-16" }, after: { date: "2026-03-17" } };
export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const set = (ws, value) => { try { ws.binaryType = value; } catch (error) { return error.name; } return ws.binaryType; };
const one = () => new WebSocketPair()[0];`,
}, {
  "default": () => one().binaryType,
  "words": () => { const ws = one(); return [set(ws, "blob"), set(ws, "arraybuffer"), set(ws, "blob")]; },
  "other words": () => { const ws = one(); ws.binaryType = "arraybuffer"; return ["Blob", "ARRAYBUFFER", "", "text", "nodebuffer", "uint8array"].map((value) => set(ws, value)); },
  "other values": () => { const ws = one(); ws.binaryType = "blob"; return [undefined, null, 5, {}, ["arraybuffer"]].map((value) => set(ws, value)); },
  "an object with text": () => set(one(), { toString: () => "arraybuffer" }),
  "a symbol": () => set(one(), Symbol("blob")),
  "the two ends are apart": () => { const [a, b] = Object.values(new WebSocketPair()); a.binaryType = "blob"; b.binaryType = "arraybuffer"; return [a.binaryType, b.binaryType]; },
  "of a hibernatable socket": ({ ctx }) => { const [, b] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(b); const first = b.binaryType; return [first, set(b, "blob"), set(b, "arraybuffer"), ctx.getWebSockets()[0].binaryType]; },
  "after close": () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); a.close(); return [set(a, "blob"), set(a, "arraybuffer")]; },
});
