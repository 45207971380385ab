// Section 2.6: before 2026-03-03 a long reason is not refused.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ date: "2026-03-02" }, {
  "reason of 124 bytes": () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return a.close(1000, "x".repeat(124)); },
});
