// Section 4.4: `new` calls what a stub stands for.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub } from "cloudflare:workers";`,
  prelude: `export class Room extends DurableObject { method(...all) { return ["called", ...all]; } }`,
}, {
  "a method": async ({ env }) => { const stub = env.ROOM.getByName("a"); const promise = new stub.method(1); return [typeof promise, await promise]; },
  "without arguments": async ({ env }) => { const stub = env.ROOM.getByName("a"); return await new stub.method; },
  "a stub of a function": async () => { const stub = new RpcStub((x) => x + 1); return await new stub(5); },
  "a promise of no function": async ({ env }) => { const promise = env.ROOM.getByName("a").method(); return await new promise(); },
});
