// Section 6.2: thousands of writes in one turn, in a transaction, and all at once.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "puts": async ({ ctx }) => { for (let n = 0; n < 2000; n++) ctx.storage.put("k" + n, n); const map = await ctx.storage.list(); return [map.size, map.get("k1999")]; },
  "in a transaction": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { for (let n = 0; n < 2000; n++) txn.put("k" + n, n); }); return (await ctx.storage.list()).size; },
  "in a transaction that fails": async ({ ctx }) => { await ctx.storage.put("a", 1); try { await ctx.storage.transaction(async (txn) => { for (let n = 0; n < 2000; n++) txn.put("k" + n, n); await txn.delete("a"); throw 1; }); } catch {} return ctx.storage.list(); },
  "over and over": async ({ ctx }) => { for (let n = 0; n < 2000; n++) ctx.storage.put("k", n); return ctx.storage.get("k"); },
  "put and delete": async ({ ctx }) => { for (let n = 0; n < 500; n++) { ctx.storage.put("k" + n, n); if (n % 2) ctx.storage.delete("k" + n); } return (await ctx.storage.list()).size; },
  "all awaited together": async ({ ctx }) => { await Promise.all(Array.from({ length: 500 }, (_, n) => ctx.storage.put("k" + n, n))); const values = await Promise.all(Array.from({ length: 500 }, (_, n) => ctx.storage.get("k" + n))); return values.every((value, n) => value === n); },
  "large values": async ({ ctx }) => { for (let n = 0; n < 20; n++) ctx.storage.put("k" + n, new Uint8Array(100_000).fill(n)); let sum = 0; for (const value of (await ctx.storage.list()).values()) sum += value.length + value[5]; return sum; },
});
