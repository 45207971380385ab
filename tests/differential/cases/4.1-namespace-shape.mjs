// Section 4.1: a namespace as an object.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room {}
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };
const names = ["newUniqueId", "idFromName", "idFromString", "get", "getByName", "jurisdiction"];`,
}, {
  "own keys": ({ env }) => Reflect.ownKeys(env.ROOM),
  "class": ({ env }) => [env.ROOM.constructor.name, env.ROOM.constructor.length, Object.prototype.toString.call(env.ROOM)],
  "methods": ({ env }) => names.map((name) => { const one = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(env.ROOM), name); return [name, typeof one?.value, one?.enumerable, one?.value.length, one?.value.name]; }),
  "the same each time": ({ env }) => env.ROOM === env.ROOM,
  "constructed by a program": ({ env }) => attempt(() => new env.ROOM.constructor()),
  "methods on something else": ({ env }) => names.map((name) => attempt(() => env.ROOM[name].call({}, "x"))),
  "methods without their object": ({ env }) => { const { idFromName, get } = env.ROOM; return [attempt(() => idFromName("x")), attempt(() => get("x"))]; },
  "no stubs as properties": ({ env }) => [env.ROOM.one, env.ROOM.fetch, env.ROOM.then],
  "not a global": () => [typeof DurableObjectNamespace, typeof DurableObjectId, typeof DurableObjectStub, typeof DurableObjectState],
  "cloned": ({ env }) => { try { structuredClone(env.ROOM); return "cloned"; } catch (error) { return error.name; } },
  "as text": ({ env }) => [String(env.ROOM), JSON.stringify(env.ROOM)],
});
