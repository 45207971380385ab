// Section 4.1: the options of get(), getByName() and newUniqueId(): hints are accepted, other things refused.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room { fetch() { return new Response("here"); } }
const attempt = (action) => { try { return action(); } catch (error) { return error.constructor.name + " " + error.message; } };`,
}, {
  "location hints": async ({ env }) => { const told = []; for (const locationHint of ["wnam", "enam", "sam", "weur", "eeur", "apac", "apac-ne", "apac-se", "oc", "afr", "me", "somewhere", "", undefined]) told.push(await (await env.ROOM.getByName("x", { locationHint }).fetch("http://a/")).text()); return told; },
  "a hint with get": async ({ env }) => (await env.ROOM.get(env.ROOM.newUniqueId(), { locationHint: "enam" }).fetch("http://a/")).text(),
  "routing modes": ({ env }) => ["primary-only", "nearest", "", null, undefined, 5].map((routingMode) => attempt(() => env.ROOM.getByName("x", { routingMode }).name)),
  "routing modes with get": ({ env }) => ["primary-only", "any"].map((routingMode) => attempt(() => env.ROOM.get(env.ROOM.idFromName("x"), { routingMode }).name)),
  "no object": ({ env }) => [5, "x", true, 5n].map((options) => [attempt(() => env.ROOM.get(env.ROOM.idFromName("x"), options).name), attempt(() => env.ROOM.getByName("x", options).name)]),
  "null, a list, a function": ({ env }) => [null, [], () => {}].map((options) => attempt(() => env.ROOM.getByName("x", options).name)),
  "unknown options": ({ env }) => env.ROOM.getByName("x", { other: 1, retry: { maxRetries: 1 } }).name,
  "of newUniqueId": ({ env }) => [undefined, null, {}, { other: 1 }, 5, "eu"].map((options) => attempt(() => env.ROOM.newUniqueId(options).toString().length)),
});
