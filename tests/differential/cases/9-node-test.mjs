// Section 9: `node:test`, which has mocks and no runner.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2026-04-01",
  flags: ["nodejs_compat"],
  imports: `import * as test from "node:test"; import { mock } from "node:test";`,
}, {
  "node:test": () => [Object.keys(test), Object.getOwnPropertyNames(test.MockTracker.prototype), Object.getOwnPropertyNames(test.MockFunctionContext.prototype), Object.keys(test.default), test.mock.constructor.name],
  "mock.fn": () => { const f = mock.fn((a) => a + 1); f(1); try { f(2) } catch {} return [f.mock.callCount(), f.mock.calls.map((c) => [c.arguments, c.result, c.error, typeof c.stack, typeof c.this, c.target]), f.name, f.length, Object.keys(f.mock.calls[0])]; },
  "mock.fn none": () => { const f = mock.fn(); return [f(1), f.name, f.length]; },
  "mock.fn throws": () => { const f = mock.fn(() => { throw new Error("x") }); try { f() } catch (e) { return [e, f.mock.calls[0].error, f.mock.calls[0].result]; } },
  "mock.fn new": () => { class A { constructor(x) { this.x = x } }; const f = mock.fn(A); const a = new f(3); return [a.x, a instanceof A, f.mock.calls[0].target === A, f.mock.calls[0].this === a, f.mock.calls[0].target === f]; },
  "mock.fn impl": () => { const f = mock.fn((a) => a, (a) => a * 2); const r = [f(2)]; f.mock.mockImplementation((a) => a * 3); r.push(f(2)); f.mock.mockImplementationOnce((a) => a * 4); r.push(f(2), f(2)); f.mock.restore(); r.push(f(2)); f.mock.resetCalls(); r.push(f.mock.callCount()); return r; },
  "mock.fn once at": () => { const f = mock.fn((a) => a); f.mock.mockImplementationOnce(() => "third", 2); return [f(1), f(1), f(1), f(1)]; },
  "mock.fn times": () => { const f = mock.fn((a) => a, (a) => "mock", { times: 2 }); return [f(1), f(1), f(1), f(1)]; },
  "mock.method": () => { const o = { m(a) { return a + this.k; }, k: 5 }; const f = mock.method(o, "m"); const r = [o.m(1), f.mock.callCount(), o.m.mock.callCount(), o.m === f]; f.mock.mockImplementation(function (a) { return a * this.k }); r.push(o.m(2)); f.mock.restore(); r.push(o.m(1), o.m.mock); return r; },
  "mock.method impl": () => { const o = { m(a) { return a } }; mock.method(o, "m", () => "mocked"); const r = [o.m(1)]; mock.restoreAll(); r.push(o.m(1)); return r; },
  "mock.getter": () => { const o = { get g() { return 1 } }; const f = mock.getter(o, "g", () => 2); const r = [o.g, f.mock.callCount()]; mock.reset(); r.push(o.g); return r; },
  "mock.setter": () => { const o = { v: 0, set g(x) { this.v = x } }; const f = mock.setter(o, "g", function (x) { this.v = x * 2 }); o.g = 4; const r = [o.v, f.mock.callCount(), f.mock.calls[0].arguments]; mock.reset(); o.g = 4; r.push(o.v); return r; },
  "mock errors": () => { const r = []; for (const f of [() => mock.fn(5), () => mock.fn(() => {}, 5), () => mock.method({}, "x"), () => mock.method(5, "x"), () => mock.fn(() => {}, { times: 0 }), () => mock.fn(() => {}, { times: "x" }), () => mock.method({ x: 1 }, "x"), () => mock.fn().mock.mockImplementation(1), () => mock.getter({ get a() { return 1 } }, "a", { getter: false }), () => mock.method({ x() {} }, "x", { getter: 1 }), () => mock.method({ x() {} }, "x", { getter: true, setter: true })]) try { r.push(typeof f()); } catch (e) { r.push([e.code, e.name, e.message]); } return r; },
});
