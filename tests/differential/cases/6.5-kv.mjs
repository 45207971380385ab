// Section 6.5: the synchronous key-value API.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "put, get, delete": ({ ctx: { storage: { kv } } }) => [kv.put("a", { n: 1 }), kv.get("a"), kv.delete("a"), kv.delete("a"), kv.get("a")],
  "missing": ({ ctx: { storage: { kv } } }) => kv.get("x"),
  "null": ({ ctx: { storage: { kv } } }) => { kv.put("a", null); return [kv.get("a"), [...kv.list()]]; },
  "put undefined": ({ ctx: { storage: { kv } }, note }) => { kv.put("a", 1); try { note(kv.put("a", undefined)); } catch (error) { note(error); } return [...kv.list()]; },
  "put without a value": ({ ctx: { storage: { kv } } }) => kv.put("a"),
  "put a function": ({ ctx: { storage: { kv } } }) => kv.put("a", () => 1),
  "put pairs": ({ ctx: { storage: { kv } } }) => { kv.put({ a: 1 }); return [...kv.list()]; },
  "get many": ({ ctx: { storage: { kv } } }) => { kv.put("a", 1); return kv.get(["a"]); },
  "delete many": ({ ctx: { storage: { kv } } }) => { kv.put("a", 1); kv.put("b", 1); return [kv.delete(["a", "b"]), [...kv.list()]]; },
  "without arguments": ({ ctx: { storage: { kv } }, note }) => { for (const name of ["get", "put", "delete", "list"]) { try { note(name, typeof kv[name]()); } catch (error) { note(name, error); } } },
  "keys of other types": ({ ctx: { storage: { kv } } }) => { kv.put(1, "number"); kv.put(null, "null"); return [kv.get("1"), kv.get("null"), [...kv.list()]]; },
  "a symbol as key": ({ ctx: { storage: { kv } } }) => kv.get(Symbol("s")),
  "the same data as the asynchronous API": async ({ ctx: { storage } }) => { await storage.put("a", 1); storage.kv.put("b", 2); return [storage.kv.get("a"), await storage.get("b"), await storage.list()]; },
  "before a put is awaited": ({ ctx: { storage } }) => { storage.put("a", 1); return storage.kv.get("a"); },
  "a copy": ({ ctx: { storage: { kv } } }) => { const value = { n: 1 }; kv.put("a", value); value.n = 2; const got = kv.get("a"); got.n = 3; return kv.get("a"); },
  "without its object": ({ ctx: { storage: { kv } } }) => { const { get } = kv; return get("a"); },
});
