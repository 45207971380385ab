// Section 4.4 and 4.5: exceptions that cross, before enhanced errors.
import { probes } from "../probes.mjs";

const table = {};
for (const thrown of [
  "new Error('plain')", "new TypeError('typed')", "new RangeError('range')", "new SyntaxError('syntax')", "new ReferenceError('reference')", "new EvalError('eval')", "new URIError('uri')", "new AggregateError([new Error('a')], 'many')", "new DOMException('dom', 'DataCloneError')", "new DOMException('dom', 'AbortError')",
  "'text'", "42", "null", "undefined", "{ a: 1 }", "{ message: 'like an error' }", "Object.assign(new Error('with'), { code: 7, remote: 'mine' })", "Object.assign(new Error('named'), { name: 'MyName' })", "new Custom('custom')", "new Error('caused', { cause: new Error('cause') })", "new Error('')", "new Error('line\\nbreak')", "Object.assign(new Error('r'), { retryable: true, overloaded: true, durableObjectReset: true })", "Symbol('s')", "() => 1",
]) table[thrown] = `({ env }) => env.ROOM.getByName("a").thrown(${JSON.stringify(thrown)})`;

export const options = {
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
class Custom extends Error { constructor(message) { super(message); this.name = "Custom"; this.own = 1; } }
const thrown = { ${Object.keys(table).map((one) => `${JSON.stringify(one)}: () => (${one})`).join(", ")} };
export class Room extends DurableObject {
  thrown(which) { throw thrown[which](); }
  async rejected(which) { await null; throw thrown[which](); }
  passed(which) { return thrown[which](); }
  fetch(request) { throw thrown[decodeURIComponent(new URL(request.url).search.slice(1))](); }
}`,
};
export const all = {
  ...table,
  "rejected": ({ env }) => env.ROOM.getByName("a").rejected("new TypeError('typed')"),
  "as a value": async ({ env }) => { const error = await env.ROOM.getByName("a").passed("Object.assign(new Error('with'), { code: 7, remote: 'mine' })"); return [error.name, error.message, error.code, error.remote, error instanceof Error]; },
  "a custom one as a value": async ({ env }) => { const error = await env.ROOM.getByName("a").passed("new Custom('custom')"); return [error.name, error.message, error.own, error.constructor.name]; },
  "from fetch": ({ env }) => env.ROOM.getByName("a").fetch("http://x/?" + encodeURIComponent("new Custom('custom')")),
  "from fetch, with properties": ({ env }) => env.ROOM.getByName("a").fetch("http://x/?" + encodeURIComponent("Object.assign(new Error('with'), { code: 7, remote: 'mine' })")),
  "the stack": async ({ env }) => { try { await env.ROOM.getByName("a").thrown("new Error('plain')"); } catch (error) { return [typeof error.stack, error.stack.includes("thrown")]; } },
};
export const { config, worker, client } = probes(options, all);
