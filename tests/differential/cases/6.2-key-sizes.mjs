// Section 6.2: how long a key may be, in bytes of UTF-8, for every call.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "2048": async ({ ctx }) => { const key = "x".repeat(2048); await ctx.storage.put(key, 1); return [await ctx.storage.get(key), await ctx.storage.delete(key)]; },
  "2049 put": ({ ctx }) => ctx.storage.put("x".repeat(2049), 1),
  "2049 get": ({ ctx }) => ctx.storage.get("x".repeat(2049)),
  "2049 delete": ({ ctx }) => ctx.storage.delete("x".repeat(2049)),
  "2049 among others": ({ ctx }) => ctx.storage.get(["a", "x".repeat(2049)]),
  "2049 among others to delete": ({ ctx }) => ctx.storage.delete(["a", "x".repeat(2049)]),
  "2049 among pairs": async ({ ctx, note }) => { try { await ctx.storage.put({ a: 1, ["x".repeat(2049)]: 2 }); } catch (error) { note(error); } return [...(await ctx.storage.list()).keys()].map((key) => key.length); },
  "two bytes a character": async ({ ctx }) => { const key = "\u00e9".repeat(1024); await ctx.storage.put(key, 1); return ctx.storage.get(key); },
  "two bytes a character, too long": ({ ctx }) => ctx.storage.put("\u00e9".repeat(1025), 1),
  "four bytes a character": ({ ctx }) => ctx.storage.put("\u{1F600}".repeat(513), 1),
  "options of list": async ({ ctx }) => (await ctx.storage.list({ start: "x".repeat(3000), end: "y".repeat(3000), prefix: "z".repeat(3000) })).size,
});
