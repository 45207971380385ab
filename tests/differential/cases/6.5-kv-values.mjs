// Section 6.5: values of the synchronous API are those of the asynchronous one.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "both ways": async ({ ctx: { storage } }) => { const value = { d: new Date(5), m: new Map([[1, new Set(["x"])]]), b: 5n, v: new Uint16Array([1, 2]), e: new TypeError("t"), u: undefined }; storage.kv.put("a", value); await storage.put("b", value); return [await storage.get("a"), storage.kv.get("b")]; },
  "uncloneable": ({ ctx: { storage: { kv } } }) => kv.put("a", { f() {} }),
  "a symbol": ({ ctx: { storage: { kv } } }) => kv.put("a", Symbol("s")),
  "a WebSocket": ({ ctx: { storage: { kv } } }) => kv.put("a", Object.values(new WebSocketPair())[0]),
  "a getter that throws": ({ ctx: { storage: { kv } } }) => kv.put("a", { get x() { throw new RangeError("mine"); } }),
  "a getter that writes": ({ ctx: { storage: { kv } } }) => { kv.put("a", { get x() { kv.put("b", 1); return 2; } }); return [...kv.list()]; },
});
