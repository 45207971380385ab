// Section 6.2: how large a value may be on the key-value backend: 128 KiB, with some room for what serializing adds.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true }, {
  "text of 131072": async ({ ctx }) => { await ctx.storage.put("k", "x".repeat(131072)); return (await ctx.storage.get("k")).length; },
  "text of 131099": ({ ctx }) => ctx.storage.put("k", "x".repeat(131099)),
  "text of 131100": ({ ctx }) => ctx.storage.put("k", "x".repeat(131100)),
  "text of 131101": ({ ctx }) => ctx.storage.put("k", "x".repeat(131101)),
  "text of 131102": ({ ctx }) => ctx.storage.put("k", "x".repeat(131102)),
  "text of 131103": ({ ctx }) => ctx.storage.put("k", "x".repeat(131103)),
  "two bytes a character": ({ ctx }) => ctx.storage.put("k", "\u0100".repeat(65536 + 20)),
  "bytes": async ({ ctx }) => { await ctx.storage.put("k", new Uint8Array(131072)); return (await ctx.storage.get("k")).length; },
  "too many bytes": ({ ctx }) => ctx.storage.put("k", new Uint8Array(131072 + 40)),
  "a buffer": ({ ctx }) => ctx.storage.put("k", new ArrayBuffer(131072 + 40)),
  "among pairs": async ({ ctx, note }) => { try { await ctx.storage.put({ a: 1, b: "x".repeat(140000), c: 3 }); } catch (error) { note(error); } return ctx.storage.list(); },
});
