// Section 6.2: what the key-value API refuses and how it says so.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true }, {
  "put undefined": ({ ctx }) => ctx.storage.put("k", undefined),
  "put without a value": ({ ctx }) => ctx.storage.put("k"),
  "put a function": ({ ctx }) => ctx.storage.put("k", () => 1),
  "put a symbol": ({ ctx }) => ctx.storage.put("k", Symbol("s")),
  "a rejected promise, not a throw": ({ ctx }) => { const promise = ctx.storage.put("k", undefined); return promise.then(() => "fine", (error) => error.name); },
  "long key": ({ ctx }) => ctx.storage.put("x".repeat(2049), 1),
  "longest key": async ({ ctx }) => { await ctx.storage.put("x".repeat(2048), 1); return ctx.storage.get("x".repeat(2048)); },
  "get a long key": ({ ctx }) => ctx.storage.get("x".repeat(2049)),
  "long value": ({ ctx }) => ctx.storage.put("k", "x".repeat(131_073 + 40)),
  "129 keys": ({ ctx }) => ctx.storage.get(Array.from({ length: 129 }, (_, n) => "k" + n)),
  "start and startAfter": ({ ctx }) => ctx.storage.list({ start: "a", startAfter: "a" }),
  "limit of nothing": ({ ctx }) => ctx.storage.list({ limit: 0 }),
  "negative limit": ({ ctx }) => ctx.storage.list({ limit: -1 }),
  "pairs and a wrong second argument": ({ ctx }) => ctx.storage.put({ a: 1 }, 5),
});
