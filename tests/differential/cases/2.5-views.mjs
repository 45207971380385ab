// Section 2.5: every kind of buffer and view that send() takes: exactly its bytes, copied when it is called.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2026-02-01",
  prelude: `
const carried = async (action) => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); const got = []; b.addEventListener("message", ({ data }) => got.push(data)); try { action(a); } catch (error) { got.push(error.name); } a.close(); await new Promise((resolve) => b.addEventListener("close", resolve)); return got; };
const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);`,
}, {
  "typed arrays": () => carried((a) => { for (const type of [Int8Array, Uint8ClampedArray, Int16Array, Uint32Array, Float32Array, Float64Array, BigInt64Array]) a.send(new type(bytes.buffer)); }),
  "parts of a buffer": () => carried((a) => { a.send(bytes.subarray(2, 5)); a.send(new DataView(bytes.buffer, 6)); a.send(new Uint16Array(bytes.buffer, 2, 1)); }),
  "empty": () => carried((a) => { a.send(new ArrayBuffer(0)); a.send(new Uint8Array(0)); a.send(bytes.subarray(3, 3)); }),
  "changed afterwards": () => carried((a) => { const own = new Uint8Array([1]); a.send(own); own[0] = 2; a.send(own.buffer); own[0] = 3; }),
  "the buffer can still be used": () => carried((a) => { const own = new Uint8Array([1, 2]); a.send(own.buffer); a.send(new Uint8Array([own.byteLength, own[1]])); }),
  "a detached buffer": () => carried((a) => { const own = new Uint8Array([1, 2]); structuredClone(own.buffer, { transfer: [own.buffer] }); a.send(own.buffer); }),
  "a resizable buffer": () => carried((a) => { const own = new ArrayBuffer(2, { maxByteLength: 4 }); a.send(own); own.resize(3); a.send(new Uint8Array(own)); }),
  "a blob": () => carried((a) => a.send(new Blob(["abc"]))),
  "an array": () => carried((a) => a.send([1, 2, 3])),
  "text with zeros": () => carried((a) => { a.send("\u0000a\u0000"); }),
  "text objects": () => carried((a) => { a.send(new String("boxed")); a.send(Object("x")); }),
  "dates and errors": () => carried((a) => { a.send(new Error("e")); a.send(/x/g); a.send([]); a.send(new URL("http://a/")); }),
  "a value that throws": () => carried((a) => a.send({ toString() { throw new RangeError("no text"); } })),
  "more arguments": () => carried((a) => a.send("one", "two", { compress: true })),
});
