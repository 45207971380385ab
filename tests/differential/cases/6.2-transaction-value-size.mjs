// Section 6.2: the limit of a value in a transaction of a class of the key-value backend.
import { probes } from "../probes.mjs";

export const differs = "workerd lets a transaction store what could not be stored outside of one; Holdfast refuses it";
export const { config, worker, client } = probes({ inObject: true }, {
  "140,000 bytes": async ({ ctx: { storage } }) => {
    await storage.transaction((txn) => txn.put("a", "x".repeat(140_000)));
    return (await storage.get("a")).length;
  },
});
