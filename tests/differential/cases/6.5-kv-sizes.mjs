// Section 6.5: how large keys and values may be.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "a long key": ({ ctx: { storage: { kv } } }) => { kv.put("x".repeat(3000), 1); return kv.get("x".repeat(3000)); },
  "a large value": ({ ctx: { storage: { kv } } }) => { kv.put("a", "x".repeat(2_000_000)); return kv.get("a").length; },
  "too large": ({ ctx: { storage: { kv } } }) => kv.put("a", "x".repeat(5_000_000)),
  "what was there stays": ({ ctx: { storage: { kv } }, note }) => { kv.put("a", 1); try { kv.put("a", "x".repeat(5_000_000)); } catch (error) { note(error.name); } return kv.get("a"); },
});
