// Section 6.2: a list of thousands, whole and in pages, with values.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true, prelude: `const fill = async (storage, count) => { for (let at = 0; at < count; at += 128) await storage.put(Object.fromEntries(Array.from({ length: Math.min(128, count - at) }, (_, n) => ["k" + String(at + n).padStart(5, "0"), { n: at + n }]))); };` }, {
  "whole": async ({ ctx }) => { await fill(ctx.storage, 3000); const map = await ctx.storage.list(); const keys = [...map.keys()]; return [map.size, keys[0], keys.at(-1), map.get("k01234"), keys.every((key, at) => at === 0 || keys[at - 1] < key)]; },
  "pages": async ({ ctx }) => {
    await fill(ctx.storage, 1000);
    const sizes = [];
    let sum = 0;
    for (let startAfter = ""; ; ) {
      const page = await ctx.storage.list({ startAfter, limit: 300 });
      sizes.push(page.size);
      for (const { n } of page.values()) sum += n;
      if (page.size === 0) return [sizes, sum];
      startAfter = [...page.keys()].at(-1);
    }
  },
  "what is deleted meanwhile": async ({ ctx }) => { await fill(ctx.storage, 300); const list = ctx.storage.list({ limit: 5 }); const gone = ctx.storage.delete(["k00000", "k00002"]); return [[...(await list).keys()], await gone, [...(await ctx.storage.list({ limit: 5 })).keys()]]; },
});
