// Section 4.4: before 2024-04-03 stubs had no methods but their own.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2024-04-01",
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `export class Room extends DurableObject { hello() { return "hello"; } fetch() { return new Response("fetched"); } }`,
}, {
  "property": ({ env }) => typeof env.ROOM.get(env.ROOM.idFromName("a")).hello,
  "fetch": async ({ env }) => (await env.ROOM.get(env.ROOM.idFromName("a")).fetch("http://x/")).text(),
});
