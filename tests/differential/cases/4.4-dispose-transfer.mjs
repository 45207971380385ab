// Section 4.4: before 2026-01-20 a stub in arguments went over to the callee.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2025-12-01",
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n = 0; inc() { return ++this.n; } }
export class Room extends DurableObject { async use(counter) { return await counter.inc(); } async useBoth(one, other) { return [await one.inc(), await other.inc()]; } }`,
}, {
  "passed": async ({ env }) => { const stub = new RpcStub(new Counter()); const n = await env.ROOM.getByName("a").use(stub); const after = await stub.inc().catch((error) => error); return [n, after]; },
  "a dup stays": async ({ env }) => { const stub = new RpcStub(new Counter()); const dup = stub.dup(); const n = await env.ROOM.getByName("a").use(stub); return [n, await dup.inc()]; },
  "the same twice": ({ env }) => { const stub = new RpcStub(new Counter()); return env.ROOM.getByName("a").useBoth(stub, stub); },
});
