// Section 2.5: when send() throws, what it says, and what it makes of other values.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `
const accepted = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); b.binaryType = "arraybuffer"; return [a, b]; };
const carried = async (...values) => { const [a, b] = accepted(); const got = []; b.addEventListener("message", ({ data }) => got.push(data)); for (const one of values) a.send(one); a.close(); await new Promise((resolve) => b.addEventListener("close", resolve)); return got; };`,
}, {
  "not accepted": () => { const [a] = Object.values(new WebSocketPair()); a.send("x"); },
  "after close": () => { const [a] = accepted(); a.close(); a.send("x"); },
  "after close with a code": () => { const [a] = accepted(); a.close(1000, "bye"); a.send("x"); },
  "the other end not accepted yet": () => { const [a] = Object.values(new WebSocketPair()); a.accept(); return a.send("x"); },
  "strings": () => carried("", "a", "\u00e9\u{1F600}"),
  "numbers": () => carried(5, 1.5, NaN),
  "null and booleans": () => carried(null, true, undefined),
  "objects": () => carried({}, [1, 2], { toString() { return "own text"; } }),
  "no argument": () => { try { accepted()[0].send(); } catch (error) { return error.name; } },
  "a symbol": () => { try { accepted()[0].send(Symbol("x")); } catch (error) { return error.name; } },
  "buffers": () => carried(new Uint8Array([1, 2, 3]).buffer, new Uint8Array([4, 5, 6, 7]).subarray(1, 3), new DataView(new ArrayBuffer(2)), new Uint16Array([258])),
  "copied when sent": async () => { const [a, b] = accepted(); const bytes = new Uint8Array([1, 2]); const got = new Promise((resolve) => b.addEventListener("message", ({ data }) => resolve(data))); a.send(bytes); bytes[0] = 9; return got; },
});
