// Section 4.4: which members of an object's class a caller can call and read, and what it is told of the others.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject } from "cloudflare:workers";`,
  prelude: `
class Base extends DurableObject { inherited() { return "inherited"; } get fromBase() { return "base"; } }
export class Room extends Base {
  own = "own"; ownMethod = () => "own method"; #hidden = 1;
  static made() { return "static"; }
  add(a, b) { return a + b; }
  count(...args) { return args.length; }
  async later(value) { await null; return value; }
  nothing() {}
  get name() { return "a name"; }
  get object() { return { a: 1, deep: { b: 2, f: (x) => x * 2 } }; }
  get bad() { throw new RangeError("bad getter"); }
  get promised() { return Promise.resolve("promised"); }
  get hidden() { return this.#hidden; }
  set only(value) {}
  toString() { return "told"; }
  _private() { return "no such thing"; }
  ["with space"]() { return "space"; }
  then2() { return 2; }
  webSocketMessage() {} alarm() {}
  fetch() { return new Response("fetched"); }
}`,
}, {
  "call": ({ env }) => env.ROOM.getByName("a").add(1, 2),
  "no arguments": ({ env }) => env.ROOM.getByName("a").add(),
  "more arguments": ({ env }) => env.ROOM.getByName("a").count(1, undefined, null, 4),
  "async": ({ env }) => env.ROOM.getByName("a").later({ x: [1] }),
  "undefined": ({ env }) => env.ROOM.getByName("a").nothing(),
  "inherited": ({ env }) => env.ROOM.getByName("a").inherited(),
  "getter": ({ env }) => env.ROOM.getByName("a").name,
  "inherited getter": ({ env }) => env.ROOM.getByName("a").fromBase,
  "getter of an object": ({ env }) => env.ROOM.getByName("a").object.a,
  "deeper": ({ env }) => env.ROOM.getByName("a").object.deep.b,
  "function in a getter": ({ env }) => env.ROOM.getByName("a").object.deep.f(21),
  "throwing getter": ({ env }) => env.ROOM.getByName("a").bad,
  "calling a throwing getter": ({ env }) => env.ROOM.getByName("a").bad(),
  "promise in a getter": ({ env }) => env.ROOM.getByName("a").promised,
  "getter of a private field": ({ env }) => env.ROOM.getByName("a").hidden,
  "setter": ({ env }) => env.ROOM.getByName("a").only,
  "own property": ({ env }) => env.ROOM.getByName("a").own,
  "own method": ({ env }) => env.ROOM.getByName("a").ownMethod(),
  "static": ({ env }) => env.ROOM.getByName("a").made(),
  "ctx": ({ env }) => env.ROOM.getByName("a").ctx,
  "env": ({ env }) => env.ROOM.getByName("a").env.ROOM,
  "missing": ({ env }) => env.ROOM.getByName("a").missing(),
  "missing property": ({ env }) => env.ROOM.getByName("a").missing,
  "missing, deeper": ({ env }) => env.ROOM.getByName("a").object.missing.more,
  "not a function": ({ env }) => env.ROOM.getByName("a").fromBase(),
  "not a function, deeper": ({ env }) => env.ROOM.getByName("a").object.deep.b(),
  "through a primitive": ({ env }) => env.ROOM.getByName("a").name.length,
  "underscore": ({ env }) => env.ROOM.getByName("a")._private(),
  "space": ({ env }) => env.ROOM.getByName("a")["with space"](),
  "number": ({ env }) => typeof env.ROOM.getByName("a")[0],
  "webSocketMessage": ({ env }) => env.ROOM.getByName("a").webSocketMessage("x"),
  "alarm": ({ env }) => env.ROOM.getByName("a").alarm(),
  "connect": ({ env }) => typeof env.ROOM.getByName("a").connect,
  "fetch is no method": async ({ env }) => (await env.ROOM.getByName("a").fetch("http://x/")).text(),
  "toString": ({ env }) => String(typeof env.ROOM.getByName("a").toString),
  "method as a value": ({ env }) => { const { add } = env.ROOM.getByName("a"); return add(3, 4); },
  "await a method": async ({ env }) => typeof (await env.ROOM.getByName("a").add),
});
