// Promises: a case made of small functions that run inside the Worker, one request each. What a function returns or throws
// becomes one line of the transcript, rendered by the same code on both runtimes.
//
//   export const { config, worker, client } = probes({ date: "2026-04-07" }, {
//     "close with 1005": () => { const [, server] = Object.values(new WebSocketPair()); server.accept(); server.close(1005); },
//   });
//
// A probe receives `{ env, ctx, request, note }`. With `inObject` it runs in a Durable Object of its own and `ctx` is the
// object's state. `note(value)` adds to what is shown. The functions' source text is what is sent: they see nothing of
// the file around them but what `prelude` declares.

function render(value, depth = 0) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name}]`;
  if (typeof value === "symbol") return String(value);
  if (value === null || typeof value !== "object") return Object.is(value, -0) ? "-0" : String(value);
  if (depth > 6) return "...";
  const inner = (one) => render(one, depth + 1);
  if (value instanceof Error) {
    const extra = Object.keys(value).sort().filter((key) => !/stack|line|column|sourceURL|durableObjectId|^(code|message|name)$/.test(key));
    const code = value instanceof DOMException ? ` code=${value.code}` : "";
    return `${value.constructor.name} ${value.name}: ${value.message}${code}${extra.map((key) => ` ${key}=${inner(value[key])}`).join("")}`;
  }
  if (Array.isArray(value)) return `[${Array.from(value, inner).join(", ")}]`;
  if (value instanceof Date) return `Date(${value.toISOString()})`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Map) return `Map{${Array.from(value, ([k, v]) => `${inner(k)} => ${inner(v)}`).join(", ")}}`;
  if (value instanceof Set) return `Set{${Array.from(value, inner).join(", ")}}`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${Array.from(new Uint8Array(value))})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))})`;
  const prototype = Object.getPrototypeOf(value);
  const name = prototype === null ? "[null] " : prototype === Object.prototype ? "" : `${prototype.constructor?.name} `;
  return `${name}{${Object.keys(value).map((key) => `${key}: ${inner(value[key])}`).join(", ")}}`;
}

export function probes({ date = "2026-04-07", flags = [], inObject = false, classes = {}, sqlite = false, disk, vars, services, alone, prelude = "", imports = "" }, table) {
  const entries = Object.entries(table).map(([label, probe]) => `${JSON.stringify(label)}: ${probe}`);
  const worker = `${imports}
const render = ${render};
${prelude}
const probes = {
${entries.join(",\n")}
};
async function run(label, about) {
  const notes = [];
  about.note = (...values) => { notes.push(values.map((one) => render(one)).join(" ")); };
  let end;
  try { end = render(await probes[label](about)); } catch (error) { end = "threw " + render(error); }
  return [...notes, end].join(" | ");
}
const label = (request) => decodeURIComponent(new URL(request.url).pathname.slice(1));
export class ProbeObject {
  constructor(state, env) { this.state = state; this.env = env; }
  async fetch(request) { return new Response(await run(label(request), { ctx: this.state, env: this.env, request, self: this })); }
}
export default {
  async fetch(request, env, ctx) {
    if (${inObject}) return env.PROBE_OBJECT.get(env.PROBE_OBJECT.idFromName(label(request))).fetch(request);
    return new Response(await run(label(request), { env, ctx, request }));
  }
};
`;
  return {
    config: { date, flags, sqlite, ...(disk !== undefined && { disk }), vars, services, alone, classes: { PROBE_OBJECT: "ProbeObject", ...classes } },
    worker,
    async client(t) {
      for (const label of Object.keys(table)) {
        const { status, body } = await t.fetch(`/${encodeURIComponent(label)}`, { quiet: true });
        t.log(`${label}:`, status === 200 ? body : `status ${status} ${body}`);
      }
    },
  };
}
