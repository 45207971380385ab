// Section 4.2: an id as an object.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room {}
const shape = (holder, key) => { const one = Object.getOwnPropertyDescriptor(holder, key); return one && [typeof (one.value ?? one.get), one.enumerable, one.configurable]; };
const attempt = (action) => { try { return action(); } catch (error) { return render(error); } };`,
}, {
  "own keys": ({ env }) => [env.ROOM.idFromName("x"), env.ROOM.newUniqueId(), env.ROOM.idFromString(env.ROOM.idFromName("x").toString())].map((id) => Object.keys(id).sort()),
  "name": ({ env }) => shape(env.ROOM.idFromName("x"), "name"),
  "methods": ({ env }) => { const prototype = Object.getPrototypeOf(env.ROOM.idFromName("x")); return ["toString", "equals"].map((name) => [shape(prototype, name), prototype[name].length]); },
  "name is read-only": ({ env }) => { const id = env.ROOM.idFromName("x"); try { id.name = "y"; } catch (error) { return [error.name, id.name]; } return id.name; },
  "class": ({ env }) => { const id = env.ROOM.idFromName("x"); return [id.constructor.name, id.constructor.length, Object.prototype.toString.call(id), attempt(() => new id.constructor())]; },
  "as text": ({ env }) => { const id = env.ROOM.idFromName("x"); return [`${id}` === id.toString(), id + "" === id.toString(), [id].join() === id.toString()]; },
  "as JSON": ({ env }) => [JSON.stringify(env.ROOM.idFromName("x")), Object.keys(JSON.parse(JSON.stringify(env.ROOM.newUniqueId())))],
  "as keys": ({ env }) => { const id = env.ROOM.idFromName("x"); return [{ [id]: 1 }[id.toString()], new Map([[id, 1]]).get(env.ROOM.idFromName("x"))]; },
  "methods on something else": ({ env }) => { const { toString, equals } = Object.getPrototypeOf(env.ROOM.idFromName("x")); return [attempt(() => toString.call({})), attempt(() => equals.call({}, env.ROOM.idFromName("x"))), attempt(() => toString())]; },
  "equals": ({ env }) => { const id = env.ROOM.idFromName("x"); return [id.equals(id), id.equals(env.ROOM.idFromName("x")), id.equals(env.ROOM.idFromName("y")), id.equals(env.ROOM.idFromString(id.toString()))]; },
  "equals an id of another namespace": ({ env }) => env.ROOM.idFromName("x").equals(env.PROBE_OBJECT.idFromName("x")),
  "equals other things": ({ env }) => ["x", env.ROOM.idFromName("x").toString(), null, undefined, {}, 5].map((other) => attempt(() => env.ROOM.idFromName("x").equals(other))),
  "cloned": ({ env }) => { try { structuredClone(env.ROOM.idFromName("x")); return "cloned"; } catch (error) { return [error.name, error.message]; } },
  "jurisdiction": ({ env }) => [env.ROOM.idFromName("x").jurisdiction, env.ROOM.newUniqueId().jurisdiction],
});
