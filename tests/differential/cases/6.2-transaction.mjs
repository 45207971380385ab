// Section 6.2: what a transaction gives back, keeps and undoes.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const content = async (storage) => [...await storage.list()];` }, {
  "a value": ({ ctx }) => ctx.storage.transaction(async () => ({ n: 1 })),
  "a value at once": ({ ctx }) => ctx.storage.transaction(() => 5),
  "nothing": ({ ctx }) => ctx.storage.transaction(() => {}),
  "commit": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); await txn.put({ b: 2 }); }); return content(ctx.storage); },
  "thrown": async ({ ctx, note }) => { await ctx.storage.put("a", 1); try { await ctx.storage.transaction(async (txn) => { await txn.put("a", 2); await txn.put("b", 1); throw new RangeError("mine"); }); } catch (error) { note(error); } return content(ctx.storage); },
  "thrown at once": async ({ ctx, note }) => { try { await ctx.storage.transaction((txn) => { txn.put("a", 2); throw new RangeError("mine"); }); } catch (error) { note(error); } return content(ctx.storage); },
  "the same error": async ({ ctx }) => { const mine = { not: "an error" }; try { await ctx.storage.transaction(() => { throw mine; }); } catch (error) { return error === mine; } },
  "rollback": async ({ ctx }) => { await ctx.storage.put("a", 1); const answer = await ctx.storage.transaction(async (txn) => { await txn.put("a", 2); await txn.delete("a"); txn.rollback(); return "done"; }); return [answer, await content(ctx.storage)]; },
  "rollback gives": ({ ctx }) => ctx.storage.transaction(async (txn) => txn.rollback()),
  "rollback twice": ({ ctx }) => ctx.storage.transaction(async (txn) => { txn.rollback(); txn.rollback(); return "fine"; }),
  "rollback and throw": async ({ ctx, note }) => { try { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); txn.rollback(); throw new RangeError("mine"); }); } catch (error) { note(error); } return content(ctx.storage); },
  "reads its own writes": ({ ctx }) => ctx.storage.transaction(async (txn) => { await txn.put({ a: 1, b: 2, c: 3 }); await txn.delete("b"); return [await txn.get("a"), await txn.get(["a", "b", "c"]), await txn.list(), await txn.list({ reverse: true, limit: 1 })]; }),
  "reads what was there": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: 2, c: 3 }); return ctx.storage.transaction(async (txn) => { txn.put("bb", 4); txn.delete("c"); return [await txn.list({ start: "b" }), await txn.get("a")]; }); },
  "delete counts": async ({ ctx }) => { await ctx.storage.put({ a: 1, b: 2 }); return ctx.storage.transaction(async (txn) => [await txn.delete("a"), await txn.delete("a"), await txn.delete(["a", "b", "c"])]); },
  "the object stays": async ({ ctx, self }) => { self.kept = 1; try { await ctx.storage.transaction(() => { throw new Error("mine"); }); } catch { self.kept++; } return self.kept; },
  "writes nobody waited for": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { txn.put("a", 1); txn.put("b", 2); }); return content(ctx.storage); },
  "errors inside": async ({ ctx, note }) => { try { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); await txn.put("b", undefined); }); } catch (error) { note(error); } return content(ctx.storage); },
  "errors inside, caught": async ({ ctx, note }) => { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); try { await txn.put("b", () => 1); } catch (error) { note(error.name); } await txn.put("c", 1); }); return content(ctx.storage); },
});
