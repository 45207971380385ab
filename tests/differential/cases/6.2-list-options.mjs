// Section 6.2: what list() takes for its options' values.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const keys = async (storage, ...options) => { for (const key of ["1", "2", "3", "null", "undefined"]) await storage.put(key, 1); return [...(await storage.list(...options)).keys()].join(" "); };` }, {
  "limit 1": ({ ctx }) => keys(ctx.storage, { limit: 1 }),
  "limit as a text": ({ ctx }) => keys(ctx.storage, { limit: "2" }),
  "limit as a wrong text": ({ ctx }) => keys(ctx.storage, { limit: "x" }),
  "limit 1.9": ({ ctx }) => keys(ctx.storage, { limit: 1.9 }),
  "limit 0.5": ({ ctx }) => keys(ctx.storage, { limit: 0.5 }),
  "limit 0": ({ ctx }) => keys(ctx.storage, { limit: 0 }),
  "limit -1": ({ ctx }) => keys(ctx.storage, { limit: -1 }),
  "limit NaN": ({ ctx }) => keys(ctx.storage, { limit: NaN }),
  "limit Infinity": ({ ctx }) => keys(ctx.storage, { limit: Infinity }),
  "limit 2^31": ({ ctx }) => keys(ctx.storage, { limit: 2 ** 31 }),
  "limit 2^32 + 1": ({ ctx }) => keys(ctx.storage, { limit: 2 ** 32 + 1 }),
  "limit null": ({ ctx }) => keys(ctx.storage, { limit: null }),
  "limit undefined": ({ ctx }) => keys(ctx.storage, { limit: undefined }),
  "limit true": ({ ctx }) => keys(ctx.storage, { limit: true }),
  "limit 1n": ({ ctx }) => keys(ctx.storage, { limit: 1n }),
  "start as a number": ({ ctx }) => keys(ctx.storage, { start: 2 }),
  "start null": ({ ctx }) => keys(ctx.storage, { start: null }),
  "start undefined": ({ ctx }) => keys(ctx.storage, { start: undefined }),
  "start a symbol": ({ ctx }) => keys(ctx.storage, { start: Symbol("s") }),
  "end null": ({ ctx }) => keys(ctx.storage, { end: null }),
  "prefix null": ({ ctx }) => keys(ctx.storage, { prefix: null }),
  "prefix an object": ({ ctx }) => keys(ctx.storage, { prefix: { toString: () => "nu" } }),
  "options of a class": ({ ctx }) => keys(ctx.storage, new (class { get limit() { return 2; } })()),
  "inherited": ({ ctx }) => keys(ctx.storage, Object.create({ limit: 2 })),
  "a list": ({ ctx }) => keys(ctx.storage, ["1"]),
  "the order of errors": ({ ctx }) => keys(ctx.storage, { limit: 0, start: "a", startAfter: "b" }),
});
