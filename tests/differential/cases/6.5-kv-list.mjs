// Section 6.5: kv.list(): order, ranges and options.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true, prelude: `const keys = (kv, options) => { for (const key of ["d", "bb", "b", "c", "a", "ba", "\\u00e9", "\\uffff", "\\u{1F600}", ""]) kv.put(key, 1); return Array.from(kv.list(options), ([key]) => key); };` }, {
  "all": ({ ctx: { storage: { kv } } }) => keys(kv),
  "null": ({ ctx: { storage: { kv } } }) => keys(kv, null),
  "reverse": ({ ctx: { storage: { kv } } }) => keys(kv, { reverse: true }),
  "start": ({ ctx: { storage: { kv } } }) => keys(kv, { start: "ba" }),
  "startAfter": ({ ctx: { storage: { kv } } }) => keys(kv, { startAfter: "ba" }),
  "end": ({ ctx: { storage: { kv } } }) => keys(kv, { end: "ba" }),
  "prefix": ({ ctx: { storage: { kv } } }) => keys(kv, { prefix: "b" }),
  "limit": ({ ctx: { storage: { kv } } }) => keys(kv, { limit: 2 }),
  "all of them": ({ ctx: { storage: { kv } } }) => keys(kv, { prefix: "b", start: "ba", end: "bbb", limit: 1, reverse: true }),
  "ends crossed": ({ ctx: { storage: { kv } } }) => keys(kv, { start: "c", end: "a" }),
  "both starts": ({ ctx: { storage: { kv } } }) => keys(kv, { start: "a", startAfter: "a" }),
  "limit 0": ({ ctx: { storage: { kv } } }) => keys(kv, { limit: 0 }),
  "a text as options": ({ ctx: { storage: { kv } } }) => keys(kv, "a"),
  "a pair": ({ ctx: { storage: { kv } } }) => { kv.put("a", { n: 1 }); const [first] = kv.list(); return [Array.isArray(first), first]; },
});
