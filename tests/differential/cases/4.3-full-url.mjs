// Section 4.3: stub.fetch() needs a whole URL since 2021-11-10.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  date: "2021-11-10",
  classes: { ROOM: "Room" },
  prelude: `export class Room { fetch(request) { return new Response(request.url); } }
const asked = async (env, ...how) => { try { return await (await env.ROOM.get(env.ROOM.idFromName("x")).fetch(...how)).text(); } catch (error) { return error.constructor.name; } };`,
}, {
  "whole": ({ env }) => Promise.all(["http://a/b?c", "https://a.example:444/", "http://localhost/", "http://127.0.0.1/x"].map((url) => asked(env, url))),
  "parts": ({ env }) => Promise.all(["/a", "a", "", "?x", "//host/a"].map((url) => asked(env, url))),
  "a Request": ({ env }) => asked(env, new Request("https://a/r")),
});
