// Section 2.6: which codes and reasons close() refuses, in which order it checks, and what a second close() does.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `const accepted = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return a; };
const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return render(error); } };`,
}, {
  "codes": () => [0, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1014, 1015, 1016, 2999, 3000, 4000, 4999, 5000, 65535, -1].map((code) => [code, attempt(() => accepted().close(code))]),
  "odd codes": () => ["1000", 1000.7, null, undefined, NaN, "x", 66536].map((code) => [String(code), attempt(() => accepted().close(code))]),
  "reason without code": () => accepted().close(undefined, "why"),
  "reason of 123 bytes": () => accepted().close(1000, "x".repeat(123)),
  "reason of 124 bytes": () => accepted().close(1000, "x".repeat(124)),
  "reason of 124 bytes in UTF-8": () => accepted().close(1000, "\u00e9".repeat(62)),
  "not accepted": () => Object.values(new WebSocketPair())[0].close(1000),
  "not accepted with a wrong code": () => Object.values(new WebSocketPair())[0].close(1005),
  "twice": () => { const one = accepted(); one.close(1000); return one.close(1001, "again"); },
  "twice with a wrong code": () => { const one = accepted(); one.close(1000); return one.close(1); },
  "state after": () => { const one = accepted(); one.close(); return one.readyState; },
});
