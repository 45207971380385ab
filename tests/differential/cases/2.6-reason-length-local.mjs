// Section 2.6: a long reason between the two ends of a pair, before and after 2026-03-03.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2026-03-02" }, after: { date: "2026-03-03" } };
export const { config, worker, client } = probes({
  prelude: `const told = async (...how) => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); const got = new Promise((resolve) => b.addEventListener("close", resolve)); a.close(...how); const { code, reason } = await got; return [code, reason.length]; };`,
}, {
  "123": () => told(1000, "x".repeat(123)),
  "124": () => told(1000, "x".repeat(124)),
  "124 in UTF-8": () => told(1000, "\u00e9".repeat(62)),
  "1000": () => told(4000, "x".repeat(1000)),
  "with a wrong code": () => told(999, "x".repeat(124)),
  "without a code": () => told(undefined, "x".repeat(124)),
  "empty without a code": () => told(undefined, ""),
  "empty": () => told(1000, ""),
  "after close": () => { const [a] = Object.values(new WebSocketPair()); a.accept(); a.close(1000); return a.close(1000, "x".repeat(124)); },
});
