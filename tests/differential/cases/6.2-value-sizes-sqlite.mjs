// Section 6.2: how large a value may be on SQLite.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "2,000,000": async ({ ctx }) => { await ctx.storage.put("k", "x".repeat(2_000_000)); return (await ctx.storage.get("k")).length; },
  "2 MiB": async ({ ctx }) => { await ctx.storage.put("k", new Uint8Array(2_097_000)); return (await ctx.storage.get("k")).length; },
  "5,000,000": ({ ctx }) => ctx.storage.put("k", "x".repeat(5_000_000)),
  "5,000,000 bytes": ({ ctx }) => ctx.storage.put("k", new Uint8Array(5_000_000)),
  "what was there stays": async ({ ctx, note }) => { await ctx.storage.put("k", 1); try { await ctx.storage.put("k", "x".repeat(5_000_000)); } catch (error) { note(error); } return ctx.storage.get("k"); },
});
