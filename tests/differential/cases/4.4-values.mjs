// Section 4.4: values that pass unchanged as arguments and results, and those that cannot.
import { probes } from "../probes.mjs";

const send = (value) => `({ env }) => env.ROOM.getByName("a").echo(${value})`;
const table = {};
for (const value of [
  "undefined", "null", "true", "-0", "NaN", "1e300", "12345678901234567890n", "'text'", "'\\ud800 lone'", "new Date(5)", "/a+/giu", "[1, , 3]", "[]", "{}",
  "{ a: { b: { c: [1, 'two', null] } } }", "new Map([[{ a: 1 }, new Set([1, 2])]])", "new Uint8Array([1, 2, 3])", "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)", "new ArrayBuffer(3)",
  "new Float64Array([1.5])", "new DataView(new ArrayBuffer(2))", "Object(1)", "Object('s')", "new Error('an error')", "new TypeError('typed', { cause: 'a cause' })", "Object.assign(new Error('with'), { code: 7 })",
  "new DOMException('message', 'AbortError')", "(() => { const a = { n: 1 }; return [a, a]; })()",
  "Symbol('s')", "Object.create(null)", "new (class Point { x = 1 })()", "new WeakMap()", "Promise.resolve(1)", "{ nested: Promise.resolve(1) }", "new WebSocketPair()[0]", "new WebSocketPair()", "new TextEncoder()", "crypto", "new URL('http://x/')", "new FormData()", "new Event('x')", "new AbortController()", "new AbortController().signal",
  "Object.create({ inherited: 1 })", "(function () { return arguments; })(1, 2)", "new Intl.Collator()", "(function* () {})()", "new Proxy({ a: 1 }, {})", "new Proxy([1], {})",
]) table[value] = send(value);

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `export class Room extends DurableObject { echo(value) { return value; } }`,
}, {
  ...table,
  "a cycle": async ({ env }) => { const a = {}; a.self = a; const b = await env.ROOM.getByName("a").echo(a); return b.self === b; },
  "the same object twice": async ({ env }) => { const a = { n: 1 }; const [one, other] = await env.ROOM.getByName("a").echo([a, a]); return one === other; },
  "a getter": ({ env }) => env.ROOM.getByName("a").echo({ get x() { return 5; } }),
  "a throwing getter": ({ env }) => env.ROOM.getByName("a").echo({ get x() { throw new RangeError("in the getter"); } }),
  "it is a copy": async ({ env }) => { const a = { n: 1 }; const answer = env.ROOM.getByName("a").echo(a); a.n = 2; return answer; },
});
