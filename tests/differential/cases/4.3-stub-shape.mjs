// Section 4.3: a stub as an object.
import { probes } from "../probes.mjs";

export const variants = { "before-rpc": { date: "2024-04-02" }, "since-rpc": { date: "2024-04-03" } };
export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room { fetch() { return new Response("here"); } }
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };`,
}, {
  "keys": ({ env }) => Object.keys(env.ROOM.getByName("x")).sort(),
  "id and name": ({ env }) => { const stub = env.ROOM.getByName("x"); return [stub.name, stub.id.equals(env.ROOM.idFromName("x")), stub.id === stub.id, stub.id.name]; },
  "of a unique id": ({ env }) => { const id = env.ROOM.newUniqueId(), stub = env.ROOM.get(id); return [stub.name, "name" in stub, stub.id.equals(id)]; },
  "of an id from text": ({ env }) => env.ROOM.get(env.ROOM.idFromString(env.ROOM.idFromName("x").toString())).name,
  "class": ({ env }) => { const stub = env.ROOM.getByName("x"); return [stub.constructor.name, attempt(() => new stub.constructor())]; },
  "two stubs": ({ env }) => env.ROOM.getByName("x") === env.ROOM.getByName("x"),
  "fetch": ({ env }) => { const stub = env.ROOM.getByName("x"); return [typeof stub.fetch, stub.fetch.length, stub.fetch.name, stub.fetch === stub.fetch]; },
  "in": ({ env }) => { const stub = env.ROOM.getByName("x"); return ["fetch" in stub, "id" in stub, "anything" in stub]; },
  "then": ({ env }) => env.ROOM.getByName("x").then,
  "awaited": async ({ env }) => { const stub = env.ROOM.getByName("x"); return (await stub) === stub; },
  "another property": ({ env }) => typeof env.ROOM.getByName("x").anything,
  "symbols": ({ env }) => { const stub = env.ROOM.getByName("x"); return [stub[Symbol.iterator], stub[Symbol("x")], stub[Symbol.toPrimitive]]; },
  "get, put and delete": ({ env }) => { const stub = env.ROOM.getByName("x"); return ["get", "put", "delete"].map((name) => typeof stub[name]); },
});
