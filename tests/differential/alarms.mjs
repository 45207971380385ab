// Promises: a case about alarms. One object with a handler `alarm`, what its constructor does (`start`), and `steps`: what
// it does when a client asks for their path. All three are source text that runs as a method of the object, with
// `storage` and `note(…)`; notes outlive the instance, and `/log` shows them.
//
//   export const { config, worker } = alarmed({
//     alarm: (info) => { note("ran", info.retryCount); },
//     steps: { "/set": () => storage.setAlarm(Date.now() + 20) },
//   });
//   export async function client(t) { await t.fetch("/set"); await t.settled("/log", (log) => log.includes("ran")); }

const body = (method) => String(method).replace(/^async (?!\()\w+\s*/, "async ");

export function alarmed({ alarm, start = "() => {}", steps, config = {} }) {
  const named = Object.entries(steps).map(([path, step]) => `${JSON.stringify(path)}: (self, storage, note) => (${body(step)})()`);
  const handler = alarm && `alarm(info) {
    const { self, storage, note } = this.about;
    return (${body(alarm)})(info);
  }`;
  const worker = `
const logs = new Map();
const shown = (value) => (value instanceof Error ? value.name + ": " + value.message : typeof value === "object" ? JSON.stringify(value) : String(value));
const steps = { ${named.join(",\n")} };
export class Alarmed {
  constructor(ctx, env) {
    this.ctx = ctx;
    const key = ctx.id.toString();
    if (!logs.has(key)) logs.set(key, []);
    const log = logs.get(key);
    const note = (...values) => { log.push(values.map(shown).join(" ")); };
    const { storage } = ctx;
    this.about = { self: this, storage, note, log };
    const self = this;
    (${body(start)})();
  }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const { storage, note, log } = this.about;
    if (pathname === "/log") return new Response(log.join("\\n"));
    let result;
    try { result = await steps[pathname](this, storage, note); } catch (error) { result = "threw " + shown(error); }
    return new Response(shown(result));
  }
  ${handler ?? ""}
}
export default {
  async fetch(request, env) {
    const stub = env.ALARMED.getByName("one");
    try { return await stub.fetch(request); } catch (error) { return new Response("failed " + shown(error), { status: 418 }); }
  },
};
`;
  return { config: { classes: { ALARMED: "Alarmed" }, sqlite: true, ...config }, worker };
}
