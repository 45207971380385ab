// Section 1.5: what timers, microtasks, critical sections and waits take, and what `this` is in their callbacks.
import { probes } from "../probes.mjs";

export const variants = { now: { date: "2026-04-07" }, "2022": { date: "2022-10-01" } };
export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  imports: `import { withEnv } from "cloudflare:workers";`,
  prelude: `
const kind = (value) => (value === undefined ? "undefined" : value === globalThis ? "global" : typeof value);
const later = (start) => new Promise(start);
const either = (start) => { try { return Promise.resolve(start()).catch((error) => "rejected: " + error.message); } catch (error) { return "threw: " + error.message; } };`,
}, {
  "this of setTimeout": () => later((done) => setTimeout(function () { done(kind(this)); }, 1)),
  "this of setInterval": () => later((done) => { const id = setInterval(function () { clearInterval(id); done(kind(this)); }, 1); }),
  "this of queueMicrotask": () => later((done) => queueMicrotask(function () { done(kind(this)); })),
  "this of withEnv": () => withEnv({}, function () { return kind(this); }),
  "this of blockConcurrencyWhile": ({ ctx }) => ctx.blockConcurrencyWhile(async function (...all) { return [kind(this), all.length]; }),
  "this of transaction": ({ ctx }) => ctx.storage.transaction(async function (...all) { return [kind(this), all.length]; }),
  "this of transactionSync": ({ ctx }) => ctx.storage.transactionSync(function (...all) { return [kind(this), all.length]; }),
  "arguments of setTimeout": () => later((done) => setTimeout((...all) => done(all), 1, 1, "two")),
  "setTimeout of text": () => setTimeout("1", 1),
  "setTimeout of nothing": () => setTimeout(),
  "setInterval of null": () => setInterval(null, 1),
  "queueMicrotask of a number": () => queueMicrotask(5),
  "negative delay": () => later((done) => setTimeout(() => done("ran"), -5)),
  "a delay that is no number": () => later((done) => setTimeout(() => done("ran"), "soon")),
  "clear nothing": () => clearTimeout(),
  "clear no interval": () => clearInterval(),
  "clear null": () => [clearTimeout(undefined), clearInterval(null)],
  "clear text": () => [clearTimeout("5"), clearTimeout("x"), clearTimeout({})],
  "clear other numbers": () => [NaN, -1, 2 ** 40, 1.5].map((id) => clearTimeout(id)),
  "wait": () => scheduler.wait(1),
  "wait for nothing": () => either(() => scheduler.wait()),
  "wait for text": () => scheduler.wait("1"),
  "wait with null": () => scheduler.wait(1, null),
  "wait with a number": () => either(() => scheduler.wait(1, 5)),
  "wait with no signal": () => either(() => scheduler.wait(1, { signal: 5 })),
  "wait with an aborted signal": () => either(() => scheduler.wait(1, { signal: AbortSignal.abort(new RangeError("over")) })),
});
