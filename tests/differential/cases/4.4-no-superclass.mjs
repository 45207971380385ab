// Section 1.1 and 4.4: a class without a superclass, and dates before there was RPC.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { PLAIN: "Plain" },
  prelude: `export class Plain { hello() { return "hello"; } fetch() { return new Response("fetched"); } }`,
}, {
  "method": ({ env }) => env.PLAIN.getByName("a").hello(),
  "property": ({ env }) => env.PLAIN.getByName("a").hello,
  "missing": ({ env }) => env.PLAIN.getByName("a").missing(),
  "fetch": async ({ env }) => (await env.PLAIN.getByName("a").fetch("http://x/")).text(),
});
