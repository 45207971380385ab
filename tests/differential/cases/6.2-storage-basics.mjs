// Section 6.2: the asynchronous key-value API: one and many keys, and every option of list().
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  prelude: `const fill = async (storage) => { for (const key of ["a", "b", "b1", "b2", "c", "\u00e9"]) await storage.put(key, key + "!"); };`,
}, {
  "missing": async ({ ctx }) => [await ctx.storage.get("x"), await ctx.storage.get(["x", "y"]), await ctx.storage.delete("x"), await ctx.storage.delete(["x", "y"]), await ctx.storage.list()],
  "put, get, delete": async ({ ctx }) => [await ctx.storage.put("k", { n: 1 }), await ctx.storage.get("k"), await ctx.storage.delete("k"), await ctx.storage.get("k")],
  "many": async ({ ctx }) => [await ctx.storage.put({ b: 2, a: 1, c: undefined }), await ctx.storage.get(["b", "x", "a"]), await ctx.storage.delete(["a", "x"]), await ctx.storage.list()],
  "promises": ({ ctx }) => [ctx.storage.get("x") instanceof Promise, ctx.storage.put("x", 1) instanceof Promise, ctx.storage.delete("x") instanceof Promise, ctx.storage.list() instanceof Promise],
  "write then read at once": async ({ ctx }) => { ctx.storage.put("k", 1); const first = ctx.storage.get("k"); ctx.storage.put("k", 2); return [await first, await ctx.storage.get("k")]; },
  "a copy": async ({ ctx }) => { const value = { n: 1 }; await ctx.storage.put("k", value); value.n = 2; const got = await ctx.storage.get("k"); got.n = 3; return ctx.storage.get("k"); },
  "values": async ({ ctx }) => { const value = { d: new Date(0), m: new Map([["k", [1, 2]]]), s: new Set([1]), b: 5n, u: undefined, nan: NaN, bytes: new Uint16Array([1, 2]), buffer: new Uint8Array([9]).buffer, re: /x/gi, e: new TypeError("t"), holes: [1, , 3] }; await ctx.storage.put("k", value); return ctx.storage.get("k"); },
  "null": async ({ ctx }) => { await ctx.storage.put("k", null); return [await ctx.storage.get("k"), (await ctx.storage.list()).has("k")]; },
  "list": async ({ ctx }) => { await fill(ctx.storage); return ctx.storage.list(); },
  "list options": async ({ ctx }) => {
    await fill(ctx.storage);
    const all = [{ prefix: "b" }, { prefix: "b", limit: 2 }, { start: "b1" }, { startAfter: "b1" }, { end: "b1" }, { start: "b", end: "c" }, { reverse: true }, { reverse: true, limit: 2 }, { reverse: true, prefix: "b" }, { start: "b", reverse: true, limit: 1 }, { prefix: "z" }, { start: "c", end: "a" }, { prefix: "b", start: "b2" }, { prefix: "b", end: "b2" }, { startAfter: "b", prefix: "b", reverse: true }, { limit: 100 }, {}];
    const keys = [];
    for (const options of all) keys.push([...(await ctx.storage.list(options)).keys()].join(" "));
    return keys;
  },
  "deleteAll": async ({ ctx }) => { await fill(ctx.storage); return [await ctx.storage.deleteAll(), await ctx.storage.list(), await ctx.storage.get("a"), await ctx.storage.put("n", 1), await ctx.storage.get("n")]; },
  "odd keys": async ({ ctx }) => { await ctx.storage.put("", "empty"); await ctx.storage.put("a\0b", "nul"); await ctx.storage.put(5, "number"); return [await ctx.storage.get(""), await ctx.storage.get("a\0b"), await ctx.storage.get("5"), [...(await ctx.storage.list()).keys()]]; },
  "sync": ({ ctx }) => ctx.storage.sync(),
  "UTF-8 order": async ({ ctx }) => { for (const key of ["\uffff", "\u{1F600}", "z", "\u00e9"]) await ctx.storage.put(key, 1); return [...(await ctx.storage.list()).keys()]; },
});
