// Section 6.5: what kv.list() gives, and that there is one at a time.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true, prelude: `const fill = (kv) => { for (const key of ["a", "b", "c", "d"]) kv.put(key, key + "!"); return kv; };` }, {
  "its shape": ({ ctx }) => { const list = fill(ctx.storage.kv).list(); return [Object.prototype.toString.call(list), typeof list.next, typeof list[Symbol.iterator], list[Symbol.iterator]() === list]; },
  "next": ({ ctx }) => { const list = fill(ctx.storage.kv).list({ limit: 1 }); return [list.next(), list.next(), list.next()]; },
  "twice": ({ ctx }) => { const list = fill(ctx.storage.kv).list(); return [[...list].length, [...list].length]; },
  "helpers": ({ ctx }) => fill(ctx.storage.kv).list().map(([key]) => key).toArray(),
  "spread into a Map": ({ ctx }) => new Map(fill(ctx.storage.kv).list()),
  "leaving early": ({ ctx }) => { const seen = []; for (const [key] of fill(ctx.storage.kv).list()) { seen.push(key); if (key === "b") break; } return [seen, [...ctx.storage.kv.list()].length]; },
  "a second list": ({ ctx }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); first.next(); const second = kv.list(); second.next(); return first.next(); },
  "a second list, and the second": ({ ctx, note }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); first.next(); const second = kv.list(); try { first.next(); } catch (error) { note(error.name); } return second.next(); },
  "a finished list and a second": ({ ctx }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); [...first]; kv.list().next(); return first.next(); },
  "an asynchronous list meanwhile": async ({ ctx }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); first.next(); await ctx.storage.list(); return first.next(); },
  "get meanwhile": ({ ctx }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); first.next(); kv.get("c"); return first.next(); },
  "later": async ({ ctx }) => { const { kv } = ctx.storage; fill(kv); const first = kv.list(); first.next(); await ctx.storage.sync(); return first.next(); },
});
