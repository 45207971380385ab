// Section 2.10: how large an attachment may be, counted in the bytes of its serialized form.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `
const kept = (value) => { const ws = new WebSocketPair()[0]; ws.serializeAttachment(value); return ws.deserializeAttachment(); };
const edge = (make) => { let low = 0, high = 40_000; while (high - low > 1) { const size = (low + high) >> 1; try { kept(make(size)); low = size; } catch { high = size; } } let text; try { kept(make(high)); } catch (error) { text = error.name + ": " + error.message; } return [low, text]; };`,
}, {
  "a string": () => edge((size) => "x".repeat(size)),
  "a string of two bytes each": () => edge((size) => "\u4e00".repeat(size)),
  "a string of latin letters": () => edge((size) => "\u00e9".repeat(size)),
  "bytes": () => edge((size) => new Uint8Array(size)),
  "a buffer": () => edge((size) => new ArrayBuffer(size)),
  "numbers": () => edge((size) => Array.from({ length: size }, (_, n) => n)),
  "an object": () => edge((size) => ({ key: "x".repeat(size) })),
  "a map": () => edge((size) => new Map([["key", "x".repeat(size)]])),
  "on a hibernatable socket": ({ ctx }) => { const [, ws] = Object.values(new WebSocketPair()); ctx.acceptWebSocket(ws); ws.serializeAttachment("x".repeat(16_000)); let text; try { ws.serializeAttachment("x".repeat(17_000)); } catch (error) { text = error.message; } return [text, ws.deserializeAttachment().length]; },
});
