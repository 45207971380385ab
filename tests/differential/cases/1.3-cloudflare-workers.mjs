// Section 1.3: the module cloudflare:workers: its classes, and env imported at the top level.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  vars: { GREETING: "hello" },
  imports: `import * as all from "cloudflare:workers"; import { DurableObject, WorkerEntrypoint, RpcTarget, env as imported, waitUntil } from "cloudflare:workers"; const early = imported.GREETING;`,
}, {
  "classes": () => ["DurableObject", "WorkerEntrypoint", "RpcTarget"].map((name) => [name, typeof all[name]]),
  "functions": () => [typeof all.waitUntil, typeof all.withEnv],
  "env at the top level": () => early,
  "env now": ({ env }) => [imported.GREETING === env.GREETING, "GREETING" in imported, Object.keys(imported).includes("GREETING"), imported.NOTHING],
  "base classes keep their arguments": () => {
    class Room extends DurableObject { get both() { return [this.ctx, this.env]; } }
    try { return new Room({}, 2).both; } catch (error) { return error.name; }
  },
  "waitUntil": () => waitUntil(Promise.resolve(1)),
  "subclassing": () => { class A extends DurableObject {} return [Object.getPrototypeOf(A) === DurableObject, A.prototype instanceof DurableObject]; },
});
