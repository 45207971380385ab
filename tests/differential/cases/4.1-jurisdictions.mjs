// Section 4.1: jurisdictions are accepted and kept on ids; workerd has none.
import { probes } from "../probes.mjs";

export const differs = "workerd has no jurisdictions and throws";
export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room { fetch() { return new Response("here"); } }`,
}, {
  "a namespace of one": async ({ env }) => { const eu = env.ROOM.jurisdiction("eu"), id = eu.idFromName("x"); return [id.jurisdiction, await (await eu.get(id).fetch("http://a/")).text()]; },
  "an id of one": ({ env }) => env.ROOM.newUniqueId({ jurisdiction: "us" }).jurisdiction,
  "an id of another": ({ env }) => env.ROOM.jurisdiction("eu").get(env.ROOM.idFromName("x")),
});
