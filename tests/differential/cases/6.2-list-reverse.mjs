// Section 6.2: `reverse` turns the order around; `start` stays the lower end.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const keys = async (storage, options) => { for (const key of ["a", "b", "ba", "bb", "bc", "c", "d"]) await storage.put(key, 1); return [...(await storage.list(options)).keys()].join(" "); };` }, {
  "reverse": ({ ctx }) => keys(ctx.storage, { reverse: true }),
  "not reverse": ({ ctx }) => keys(ctx.storage, { reverse: false }),
  "a truthy text": ({ ctx }) => keys(ctx.storage, { reverse: "false" }),
  "limit": ({ ctx }) => keys(ctx.storage, { reverse: true, limit: 2 }),
  "start": ({ ctx }) => keys(ctx.storage, { reverse: true, start: "bb" }),
  "startAfter": ({ ctx }) => keys(ctx.storage, { reverse: true, startAfter: "bb" }),
  "end": ({ ctx }) => keys(ctx.storage, { reverse: true, end: "bb" }),
  "start, end and limit": ({ ctx }) => keys(ctx.storage, { reverse: true, start: "b", end: "c", limit: 2 }),
  "prefix": ({ ctx }) => keys(ctx.storage, { reverse: true, prefix: "b" }),
  "prefix and limit": ({ ctx }) => keys(ctx.storage, { reverse: true, prefix: "b", limit: 1 }),
  "prefix and startAfter": ({ ctx }) => keys(ctx.storage, { reverse: true, prefix: "b", startAfter: "ba" }),
  "ends crossed": ({ ctx }) => keys(ctx.storage, { reverse: true, start: "c", end: "a" }),
});
