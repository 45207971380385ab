// Section 6.6: waitForBookmark(), which the platform has with the flag `experimental`: there is one copy, so nothing to wait for.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true, flags: ["experimental"] }, {
  "its own": async ({ ctx: { storage } }) => { await storage.put("a", 1); return storage.waitForBookmark(await storage.getCurrentBookmark()); },
  "any text": ({ ctx: { storage } }) => storage.waitForBookmark("x"),
  "nothing": ({ ctx: { storage } }) => storage.waitForBookmark(),
  "a promise": ({ ctx: { storage } }) => storage.waitForBookmark("x") instanceof Promise,
  "bookmarks rise without a write": async ({ ctx: { storage } }) => { const seen = []; for (let n = 0; n < 20; n++) seen.push(await storage.getCurrentBookmark()); return seen.every((one, at) => at === 0 || seen[at - 1] < one); },
  "bookmarks rise": async ({ ctx: { storage } }) => { const seen = []; for (let n = 0; n < 20; n++) { await storage.put("n", n); seen.push(await storage.getCurrentBookmark()); } return seen.every((one, at) => typeof one === "string" && (at === 0 || seen[at - 1] < one)); },
});
