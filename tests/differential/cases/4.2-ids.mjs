// Section 4.2: object ids: text, comparison, names, and the errors of idFromString.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ classes: { OTHER: "Other" }, prelude: "export class Other {}" }, {
  "text": ({ env }) => { const id = env.OTHER.idFromName("x"); return [/^[0-9a-f]{64}$/.test(id.toString()), String(id) === id.toString(), `${id}`.length]; },
  "the same for the same name": ({ env }) => [env.OTHER.idFromName("x").toString() === env.OTHER.idFromName("x").toString(), env.OTHER.idFromName("x").toString() === env.OTHER.idFromName("y").toString()],
  "well-known": ({ env }) => ["", "foo", "null", "\u00e9\u{1F600}", "x".repeat(500)].map((name) => env.OTHER.idFromName(name).toString()),
  "another namespace": ({ env }) => env.OTHER.idFromName("x").toString() === env.PROBE_OBJECT.idFromName("x").toString(),
  "coerced names": ({ env }) => [null, undefined, 5, true].map((name) => env.OTHER.idFromName(name).equals(env.OTHER.idFromName(String(name)))),
  "no name": ({ env }) => { try { env.OTHER.idFromName(); } catch (error) { return error.name; } },
  "name": ({ env }) => [env.OTHER.idFromName("x").name, env.OTHER.newUniqueId().name, env.OTHER.idFromString(env.OTHER.idFromName("x").toString()).name],
  "unique": ({ env }) => { const a = env.OTHER.newUniqueId(), b = env.OTHER.newUniqueId(); return [a.equals(a), a.equals(b), a.toString() === b.toString(), a.toString().length]; },
  "equals": ({ env }) => { const id = env.OTHER.idFromName("x"); return [id.equals(env.OTHER.idFromString(id.toString())), id.equals(env.OTHER.idFromName("y"))]; },
  "equals something else": ({ env }) => { try { return env.OTHER.idFromName("x").equals("x"); } catch (error) { return error.name; } },
  "there and back": ({ env }) => { const id = env.OTHER.newUniqueId(); return env.OTHER.idFromString(id.toString()).equals(id); },
  "upper case": ({ env }) => env.OTHER.idFromString(env.OTHER.idFromName("x").toString().toUpperCase()).equals(env.OTHER.idFromName("x")),
  "too short": ({ env }) => env.OTHER.idFromString("abc"),
  "not hex": ({ env }) => env.OTHER.idFromString("z".repeat(64)),
  "too long": ({ env }) => env.OTHER.idFromString("0".repeat(65)),
  "of no namespace": ({ env }) => env.OTHER.idFromString("0".repeat(64)),
  "of another namespace": ({ env }) => env.OTHER.idFromString(env.PROBE_OBJECT.idFromName("x").toString()),
  "class": ({ env }) => { const id = env.OTHER.idFromName("x"); return [id.constructor.name, Object.prototype.toString.call(id), Object.keys(id)]; },
  "get with something else": ({ env }) => { try { env.OTHER.get("x"); } catch (error) { return error.name; } },
  "get with an id of another namespace": ({ env }) => env.OTHER.get(env.PROBE_OBJECT.idFromName("x")),
  "namespace": ({ env }) => [env.OTHER.constructor.name, ["newUniqueId", "idFromName", "idFromString", "get", "getByName", "jurisdiction"].map((name) => typeof env.OTHER[name])],
  "stub": ({ env }) => { const stub = env.OTHER.getByName("x"), other = env.OTHER.get(env.OTHER.newUniqueId()); return [stub.name, stub.id.name, stub.id.equals(env.OTHER.idFromName("x")), other.name, typeof stub.fetch, stub.constructor.name]; },
});
