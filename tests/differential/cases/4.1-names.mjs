// Section 4.1: any text names an object, and whatever else is given becomes text.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  prelude: `export class Room {}
const attempt = (action) => { try { return action(); } catch (error) { return error.constructor.name + " " + error.message; } };`,
}, {
  "texts": ({ env }) => ["", " ", "a", "A", "a ", "\u0000", "\u00e9", "e\u0301", "\u{1F600}", "a/b?c#d", "x".repeat(1000)].map((name) => [env.ROOM.idFromName(name).name === name, env.ROOM.idFromName(name).toString()]),
  "other values": ({ env }) => [null, undefined, 0, -0, 1.5, NaN, 10n, true, [], [1, 2], {}, { toString: () => "own" }, new String("boxed"), new Date(0).getTime()].map((name) => attempt(() => { const id = env.ROOM.idFromName(name); return [id.name, id.equals(env.ROOM.idFromName(String(name)))]; })),
  "the same ways by getByName": ({ env }) => [null, undefined, 5, "x"].map((name) => attempt(() => { const stub = env.ROOM.getByName(name); return [stub.name, stub.id.equals(env.ROOM.idFromName(String(name)))]; })),
  "a symbol": ({ env }) => { try { env.ROOM.idFromName(Symbol("x")); } catch (error) { return error.name; } },
  "text that throws": ({ env }) => attempt(() => env.ROOM.idFromName({ toString() { throw new RangeError("no"); } })),
  "no argument": ({ env }) => [attempt(() => env.ROOM.idFromName()), attempt(() => env.ROOM.getByName()), attempt(() => env.ROOM.idFromString()), attempt(() => env.ROOM.get())],
  "more arguments": ({ env }) => env.ROOM.idFromName("a", "b", "c").name,
});
