// Section 6.2: the options of every call, and what is taken for options.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "all of them": async ({ ctx: { storage } }) => [
    await storage.put("a", 1, { allowConcurrency: true, allowUnconfirmed: true, noCache: true }),
    await storage.get("a", { allowConcurrency: true, noCache: true }),
    await storage.get(["a"], { allowConcurrency: true, noCache: true }),
    await storage.list({ allowConcurrency: true, noCache: true }),
    await storage.delete("a", { allowConcurrency: true, allowUnconfirmed: true, noCache: true }),
    await storage.deleteAll({ allowConcurrency: true, allowUnconfirmed: true, noCache: true }),
  ],
  "unknown ones": async ({ ctx: { storage } }) => [await storage.put("a", 1, { ttl: 5 }), await storage.get("a", { type: "json" })],
  "truthy values": async ({ ctx: { storage } }) => [await storage.put("a", 1, { noCache: "yes" }), await storage.get("a", { allowConcurrency: 0 })],
  "null": async ({ ctx: { storage } }) => [await storage.put("a", 1, null), await storage.get("a", null), await storage.list(null)],
  "put with a text": ({ ctx: { storage } }) => storage.put("a", 1, "x"),
  "put with a number": ({ ctx: { storage } }) => storage.put("a", 1, 5),
  "get with a text": ({ ctx: { storage } }) => storage.get("a", "json"),
  "get with true": ({ ctx: { storage } }) => storage.get("a", true),
  "delete with a number": ({ ctx: { storage } }) => storage.delete("a", 5),
  "delete more than one": async ({ ctx: { storage } }) => { await storage.put({ a: 1, b: 2 }); return [await storage.delete("a", "b"), await storage.list()]; },
  "list with a text": ({ ctx: { storage } }) => storage.list("prefix"),
  "list with a number": ({ ctx: { storage } }) => storage.list(5),
  "deleteAll with a text": ({ ctx: { storage } }) => storage.deleteAll("x"),
  "a function as options": ({ ctx: { storage } }) => storage.get("a", () => 1),
  "a getter that throws": ({ ctx: { storage } }) => storage.get("a", { get noCache() { throw new RangeError("mine"); } }),
});
