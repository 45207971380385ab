// Section 4.3: URLs that the fetch() of a stub and of a service take: incomplete ones, other schemes, credentials, fragments.
import { probes } from "../probes.mjs";

export const variants = { "2021-11-09": { date: "2021-11-09" }, "2021-11-10": { date: "2021-11-10" }, now: { date: "2026-04-07" } };
export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  services: { SERVICE: { entrypoint: "Entry" } },
  prelude: `
export class Room { fetch(request) { return new Response(request.url); } }
export const Entry = { fetch: (request) => new Response(request.url) };
const both = (env, ...how) => Promise.all([env.ROOM.get(env.ROOM.idFromName("x")), env.SERVICE].map(async (stub) => { try { return await (await stub.fetch(...how)).text(); } catch (error) { return error.constructor.name + ": " + error.message; } }));`,
}, {
  "a path": ({ env }) => both(env, "/a/b?c#d"),
  "a relative path": ({ env }) => both(env, "a"),
  "a query": ({ env }) => both(env, "?x"),
  "only a host": ({ env }) => both(env, "//host/a"),
  "the global fetch()": () => Promise.all(["/a", "a", "?x"].map((url) => fetch(url).catch((error) => error.constructor.name + ": " + error.message))),
  "ftp": ({ env }) => both(env, "ftp://h/p"),
  "ws": ({ env }) => both(env, "ws://h/p"),
  "wss": ({ env }) => both(env, "wss://h/p"),
  "credentials": ({ env }) => both(env, "http://user:secret@h:99/p"),
  "only a user": ({ env }) => both(env, "https://user@h/"),
  "an at sign elsewhere": ({ env }) => both(env, "http://h/p@q?r@s"),
  "a fragment": ({ env }) => both(env, "http://h/p?q#f@g"),
  "a Request with credentials": ({ env }) => both(env, new Request("http://user:secret@h/p")),
});
