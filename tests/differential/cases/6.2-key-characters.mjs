// Section 6.2: keys with characters that are easily lost.
import { probes } from "../probes.mjs";

export const options = {
  inObject: true,
  prelude: `const codes = (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16)).join(" ");
const roundTrip = async (storage, key) => { await storage.put(key, "x"); return [await storage.get(key), [...(await storage.list()).keys()].map(codes)]; };`,
};
export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes(options, {
  "empty": ({ ctx }) => roundTrip(ctx.storage, ""),
  "NUL": ({ ctx }) => roundTrip(ctx.storage, "a\0b"),
  "only NUL": ({ ctx }) => roundTrip(ctx.storage, "\0"),
  "beyond the first plane": ({ ctx }) => roundTrip(ctx.storage, "\u{1F600}\u{10FFFF}"),
  "noncharacters": ({ ctx }) => roundTrip(ctx.storage, "\uffff\ufffe"),
  "a byte order mark": ({ ctx }) => roundTrip(ctx.storage, "\ufeffa"),
  "not composed": async ({ ctx }) => { await ctx.storage.put("e\u0301", 1); await ctx.storage.put("\u00e9", 2); return [...(await ctx.storage.list()).keys()].map(codes); },
  "quotes and percent signs": ({ ctx }) => roundTrip(ctx.storage, "'\"%_\\`"),
  "line ends": ({ ctx }) => roundTrip(ctx.storage, "\r\n\t\u2028"),
});
