// Section 1.3 and 1.4: what ctx and the functions of cloudflare:workers refuse.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  imports: `import { exports as X, waitUntil, withEnv, withEnvAndExports, withExports, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `export class Entry extends WorkerEntrypoint { props() { return this.ctx.props; } }`,
}, {
  "ctx.waitUntil()": ({ ctx }) => ctx.waitUntil(),
  "ctx.waitUntil of a number": ({ ctx }) => ctx.waitUntil(5),
  "waitUntil without its ctx": ({ ctx }) => { const { waitUntil } = ctx; waitUntil(Promise.resolve()); },
  "abort without its ctx": ({ ctx }) => { const { abort } = ctx; abort(); },
  "waitUntil()": () => waitUntil(),
  "waitUntil of a number": () => waitUntil(5),
  "withEnv() without a function": () => withEnv({}),
  "withExports() without a function": () => withExports({}, 5),
  "withEnvAndExports() without a function": () => withEnvAndExports({}, {}),
  "what an entrypoint is called with": ({ ctx }) => ctx.exports.Entry(),
  "options": ({ ctx }) => Promise.all([{}, undefined, { props: { a: 1 } }, { props: null }].map((options) => ctx.exports.Entry(options).props())),
  "an option that is no object": ({ ctx }) => ctx.exports.Entry(5),
});
