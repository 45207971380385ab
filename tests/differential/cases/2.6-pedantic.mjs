// Section 2.6: with the flag pedantic_wpt only 1000 and 3000 to 4999 may be given.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  flags: ["pedantic_wpt"],
  prelude: `const accepted = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return a; };`,
}, {
  "codes": () => [999, 1000, 1001, 1002, 1003, 1005, 1007, 1011, 1015, 2000, 2999, 3000, 4999, 5000].map((code) => { try { accepted().close(code); return code; } catch (error) { return error.name + ": " + error.message; } }),
});
