// Section 4.4: JSON.stringify() shows what a stub has and calls nothing; a method of that name can be called all the same.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, WorkerEntrypoint } from "cloudflare:workers";`,
  prelude: `
const calls = [];
export class Room extends DurableObject { method() { return 1; } get property() { return 2; } toJSON(...all) { calls.push(all); return ["called", ...all]; } target() { return { toJSON: () => "of the result" }; } }
export class Entry extends WorkerEntrypoint {}
const shown = (value) => [typeof value.toJSON, String(JSON.stringify(value)), JSON.stringify([value]), JSON.stringify({ value }), calls.splice(0)];`,
}, {
  "an object": ({ env }) => shown(env.ROOM.getByName("a")),
  "an object without a name": ({ env }) => JSON.parse(JSON.stringify(env.ROOM.get(env.ROOM.newUniqueId()))),
  "a property": ({ env }) => shown(env.ROOM.getByName("a").property),
  "a promise": ({ env }) => shown(env.ROOM.getByName("a").method()),
  "a stub": () => shown(new RpcStub(() => 1)),
  "a service": ({ ctx }) => shown(ctx.exports.Entry),
  "called": ({ env }) => env.ROOM.getByName("a").toJSON(),
  "called with two arguments": ({ env }) => env.ROOM.getByName("a").toJSON(1, 2),
  "called on a promise": ({ env }) => env.ROOM.getByName("a").target().toJSON(),
});
