// Section 2.6: both ends of a pair in one Worker: which closes, and which states, each end sees. Error events are not looked at:
// workerd sends a "Network connection lost." after a close that was clean.
import { probes } from "../probes.mjs";

export const variants = { before: { date: "2026-04-06" }, after: { date: "2026-04-07" } };
export const { config, worker, client } = probes({
  prelude: `
const watch = (ws, name, log) => {
  ws.addEventListener("message", ({ data }) => log.push(name + " message " + data + " " + ws.readyState));
  ws.addEventListener("close", ({ code, reason, wasClean }) => log.push(name + " close " + [code, reason, wasClean, ws.readyState].join(" ")));
};
const both = (one, other) => { const [a, b] = Object.values(new WebSocketPair()), log = []; a.accept(one); b.accept(other); watch(a, "a", log); watch(b, "b", log); return [a, b, log]; };
const rest = () => new Promise((resolve) => setTimeout(resolve, 30));`,
}, {
  "one closes": async () => { const [a, b, log] = both(); a.close(1000, "bye"); log.push([a.readyState, b.readyState]); await rest(); return [log, a.readyState, b.readyState]; },
  "both close": async () => { const [a, b, log] = both(); a.close(3001, "from a"); b.close(3002, "from b"); log.push([a.readyState, b.readyState]); await rest(); return [log, a.readyState, b.readyState]; },
  "messages before the close": async () => { const [a, b, log] = both(); a.send("1"); a.send("2"); a.close(); await rest(); return [log, a.readyState, b.readyState]; },
  "an answer in the listener": async () => { const [a, b, log] = both(); b.addEventListener("close", ({ code }) => { try { b.close(code, "answer"); log.push("closed"); } catch (error) { log.push(error.message); } }); a.close(4000, "first"); await rest(); return [log, a.readyState, b.readyState]; },
  "half open": async () => { const [a, b, log] = both({ allowHalfOpen: true }, { allowHalfOpen: true }); a.close(4000, "first"); await rest(); log.push([a.readyState, b.readyState]); b.send("still"); b.close(4001, "then"); await rest(); return [log, a.readyState, b.readyState]; },
  "half open on one side": async () => { const [a, b, log] = both({ allowHalfOpen: true }, { allowHalfOpen: false }); a.close(4000, "first"); await rest(); return [log, a.readyState, b.readyState]; },
  "accepted after the close": async () => { const [a, b] = Object.values(new WebSocketPair()), log = []; a.accept(); watch(a, "a", log); a.send("early"); a.close(1001, "gone"); watch(b, "b", log); b.accept(); await rest(); return [log, a.readyState, b.readyState]; },
  "without a code": async () => { const [a, b, log] = both(); a.close(); await rest(); return log; },
});
