// Section 4.2: every text that idFromString() refuses, in its words.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room", OTHER: "Other" },
  prelude: `export class Room {} export class Other {}
const refused = (env, text) => { try { return env.ROOM.idFromString(text).toString() === String(text).toLowerCase(); } catch (error) { return error.constructor.name + ": " + error.message; } };
const flip = (text, at) => text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);`,
}, {
  "lengths": ({ env }) => [0, 1, 32, 63, 65, 128].map((length) => refused(env, "0".repeat(length))),
  "other characters": ({ env }) => ["g", "z", " ", "-", "x", "G", "\u00e9", "\u0660", "\u0000"].map((one) => refused(env, "0".repeat(63) + one)),
  "in the middle": ({ env }) => refused(env, "0".repeat(31) + "q" + "0".repeat(32)),
  "with 0x": ({ env }) => refused(env, "0x" + "0".repeat(62)),
  "with spaces": ({ env }) => { const id = env.ROOM.idFromName("x").toString(); return [refused(env, " " + id), refused(env, id + "\n")]; },
  "upper case": ({ env }) => refused(env, env.ROOM.idFromName("x").toString().toUpperCase()),
  "of no namespace": ({ env }) => [refused(env, "0".repeat(64)), refused(env, "f".repeat(64))],
  "of another namespace": ({ env }) => [refused(env, env.OTHER.idFromName("x").toString()), refused(env, env.OTHER.newUniqueId().toString())],
  "one digit changed": ({ env }) => { const id = env.ROOM.idFromName("x").toString(); return [0, 31, 32, 63].map((at) => refused(env, flip(id, at))); },
  "other values": ({ env }) => [null, undefined, 5, {}, []].map((value) => refused(env, value)),
  "an id itself": ({ env }) => refused(env, env.ROOM.idFromName("x")),
  "the class of the errors": ({ env }) => { try { env.ROOM.idFromString("x"); } catch (error) { return [error instanceof TypeError, error.name, Object.keys(error)]; } },
  "get with an id of another namespace": ({ env }) => { try { return env.ROOM.get(env.OTHER.idFromName("x")).id !== null; } catch (error) { return error.constructor.name + ": " + error.message; } },
});
