// Section 2.2: binaryType is read at each dispatch: a change between messages counts for those that come.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2026-03-17",
  prelude: `
const both = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return [a, b]; };
const kinds = async (b, a, count) => { const got = []; await new Promise((resolve) => b.addEventListener("message", ({ data }) => { got.push(typeof data === "string" ? data : data.constructor.name); if (got.length === count) resolve(); })); return got; };`,
}, {
  "changed between sends": async () => { const [a, b] = both(); const got = kinds(b, a, 3); a.send(new Uint8Array(1)); b.binaryType = "arraybuffer"; a.send(new Uint8Array(1)); a.send("text"); return got; },
  "changed in the listener": async () => { const [a, b] = both(); const got = kinds(b, a, 4); b.addEventListener("message", () => { b.binaryType = b.binaryType === "blob" ? "arraybuffer" : "blob"; }); for (let n = 0; n < 4; n++) a.send(new Uint8Array(n)); return got; },
  "changed before accept": async () => { const [a, b] = Object.values(new WebSocketPair()); b.binaryType = "arraybuffer"; a.accept(); a.send(new Uint8Array([7])); const got = new Promise((resolve) => b.addEventListener("message", ({ data }) => resolve(data))); b.accept(); return got; },
  "the blob": async () => { const [a, b] = both(); const got = new Promise((resolve) => b.addEventListener("message", ({ data }) => resolve(data))); a.send(new Uint8Array([1, 2, 3])); const blob = await got; return [blob instanceof Blob, blob.size, blob.type, new Uint8Array(await blob.arrayBuffer()), await blob.slice(1).text()]; },
  "two listeners see one value": async () => { const [a, b] = both(); const seen = []; b.addEventListener("message", ({ data }) => seen.push(data)); const got = new Promise((resolve) => b.addEventListener("message", ({ data }) => { seen.push(data); resolve(); })); a.send(new Uint8Array(2)); await got; return seen[0] === seen[1]; },
});
