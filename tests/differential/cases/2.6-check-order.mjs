// Section 2.6: the order in which close() checks: code, length of the reason, a reason without code, then the socket's state.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  prelude: `
const fresh = () => Object.values(new WebSocketPair())[0];
const accepted = () => { const [a, b] = Object.values(new WebSocketPair()); a.accept(); b.accept(); return a; };
const closed = () => { const a = accepted(); a.close(1000); return a; };
const connecting = () => { const one = new WebSocket("ws://127.0.0.1:1/"); one.addEventListener("error", () => {}); return one; };
const tried = (...how) => [fresh, accepted, closed, connecting].map((make) => { const one = make(); try { one.close(...how); return "fine " + one.readyState; } catch (error) { return error.name + ": " + error.message; } });`,
}, {
  "nothing": () => tried(),
  "undefined": () => tried(undefined, undefined),
  "a good code": () => tried(3000),
  "a wrong code": () => tried(1004),
  "a wrong code and a long reason": () => tried(1004, "x".repeat(200)),
  "a good code and a long reason": () => tried(1000, "x".repeat(200)),
  "a long reason and no code": () => tried(undefined, "x".repeat(200)),
  "a reason and no code": () => tried(undefined, "why"),
  "null": () => tried(null),
  "a reason that is no string": () => tried(1000, 5),
  "a reason of null": () => tried(1000, null),
  "a code that is no number": () => tried("x"),
  "a code as text": () => tried("1000", "text"),
  "a fraction": () => tried(1000.9),
  "a large number": () => tried(2 ** 32 + 1000),
  "a bigint": () => { try { accepted().close(1000n); } catch (error) { return error.name; } },
  "a symbol as reason": () => { try { accepted().close(1000, Symbol("s")); } catch (error) { return error.name; } },
  "an object as code": () => tried({ valueOf: () => 3001 }),
});
