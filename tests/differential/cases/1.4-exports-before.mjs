// Section 1.4: before 2025-11-17 there was no ctx.exports.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ date: "2025-11-16", imports: `import { exports } from "cloudflare:workers";`, prelude: `export const plain = { hi() { return "hi"; } };` }, {
  "ctx.exports": ({ ctx }) => [typeof ctx.exports, "exports" in ctx],
  "imported": () => Object.keys(exports).length > 0,
});
