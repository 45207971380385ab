// Section 2.5: sending on a pair whose other end has closed: with half-open ends messages still arrive.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const { config, worker, client } = probes({
  prelude: `
const both = (one, other) => { const [a, b] = Object.values(new WebSocketPair()), log = []; a.accept(one); b.accept(other); a.addEventListener("message", ({ data }) => log.push("a got " + data)); b.addEventListener("message", ({ data }) => log.push("b got " + data)); return [a, b, log]; };
const attempt = (action) => { try { return [action(), "fine"][1]; } catch (error) { return error.name + ": " + error.message; } };
const rest = () => new Promise((resolve) => setTimeout(resolve, 20));`,
}, {
  "at once": async () => { const [a, b, log] = both(); a.close(1000); log.push(attempt(() => b.send("x"))); await rest(); return log; },
  "later": async () => { const [a, b, log] = both(); a.close(1000); await rest(); log.push(attempt(() => b.send("x")), attempt(() => b.close(1000))); await rest(); return log; },
  "half open": async () => { const [a, b, log] = both({ allowHalfOpen: true }, { allowHalfOpen: true }); a.close(1000); await rest(); log.push(attempt(() => b.send("x"))); await rest(); return [log, a.readyState, b.readyState]; },
  "the one that closed": async () => { const [a, b, log] = both(); a.close(1000); await rest(); return [attempt(() => a.send("x")), attempt(() => a.close(1001)), a.readyState]; },
  "both at once": async () => { const [a, b, log] = both(); a.close(1000); b.close(1000); await rest(); return [attempt(() => a.send("x")), attempt(() => b.send("x"))]; },
  "messages that were on their way": async () => { const [a, b, log] = both({ allowHalfOpen: true }, { allowHalfOpen: true }); b.send("1"); b.send("2"); a.close(1000); await rest(); return log; },
});
