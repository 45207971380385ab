// Section 6.2: where list() starts and ends.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const keys = async (storage, options) => { for (const key of ["a", "b", "ba", "bb", "bc", "c", "d"]) await storage.put(key, 1); return [...(await storage.list(options)).keys()].join(" "); };` }, {
  "start": ({ ctx }) => keys(ctx.storage, { start: "bb" }),
  "start between": ({ ctx }) => keys(ctx.storage, { start: "bab" }),
  "startAfter": ({ ctx }) => keys(ctx.storage, { startAfter: "bb" }),
  "startAfter between": ({ ctx }) => keys(ctx.storage, { startAfter: "bab" }),
  "startAfter nothing": ({ ctx }) => keys(ctx.storage, { startAfter: "" }),
  "end": ({ ctx }) => keys(ctx.storage, { end: "bb" }),
  "end before all": ({ ctx }) => keys(ctx.storage, { end: "" }),
  "start and end": ({ ctx }) => keys(ctx.storage, { start: "b", end: "c" }),
  "start is end": ({ ctx }) => keys(ctx.storage, { start: "b", end: "b" }),
  "startAfter is end": ({ ctx }) => keys(ctx.storage, { startAfter: "b", end: "b" }),
  "end before start": ({ ctx }) => keys(ctx.storage, { start: "c", end: "b" }),
  "prefix": ({ ctx }) => keys(ctx.storage, { prefix: "b" }),
  "empty prefix": ({ ctx }) => keys(ctx.storage, { prefix: "" }),
  "prefix of nothing": ({ ctx }) => keys(ctx.storage, { prefix: "x" }),
  "prefix and start inside": ({ ctx }) => keys(ctx.storage, { prefix: "b", start: "bb" }),
  "prefix and start before": ({ ctx }) => keys(ctx.storage, { prefix: "b", start: "a" }),
  "prefix and start after": ({ ctx }) => keys(ctx.storage, { prefix: "b", start: "c" }),
  "prefix and end inside": ({ ctx }) => keys(ctx.storage, { prefix: "b", end: "bb" }),
  "prefix and end after": ({ ctx }) => keys(ctx.storage, { prefix: "b", end: "d" }),
  "prefix and end before": ({ ctx }) => keys(ctx.storage, { prefix: "b", end: "a" }),
  "prefix and startAfter itself": ({ ctx }) => keys(ctx.storage, { prefix: "b", startAfter: "b" }),
  "prefix and startAfter before": ({ ctx }) => keys(ctx.storage, { prefix: "b", startAfter: "a" }),
  "prefix, start and end": ({ ctx }) => keys(ctx.storage, { prefix: "b", start: "ba", end: "bc" }),
  "both starts": ({ ctx }) => keys(ctx.storage, { start: "a", startAfter: "b" }),
  "both starts, one undefined": ({ ctx }) => keys(ctx.storage, { start: "b", startAfter: undefined }),
});
