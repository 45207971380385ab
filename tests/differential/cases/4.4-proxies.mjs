// Section 4.4: proxies as arguments: they show themselves as what their prototype says.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcStub, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Counter extends RpcTarget { n = 0; inc(by) { return (this.n += by); } }
class Other { n = 0; inc(by) { return (this.n += by); } }
const plus = (target) => new Proxy(target, { get(target, name) { const value = target[name]; return name === "inc" ? (by) => target.inc(by + 100) : typeof value === "function" ? value.bind(target) : value; } });
export class Room extends DurableObject { async inc(counter, by) { return await counter.inc(by); } async call(f, x) { return await f(x); } async read(x, name) { return await x[name]; } }`,
}, {
  "of a target": ({ env }) => env.ROOM.getByName("a").inc(plus(new Counter()), 1),
  "of a plain object": ({ env }) => env.ROOM.getByName("a").inc(plus({ n: 0, inc(by) { return (this.n += by); } }), 1),
  "of a function": ({ env }) => env.ROOM.getByName("a").call(new Proxy((x) => x * 3, { apply: (target, _self, args) => target(...args) + 2 }), 2),
  "of another class": ({ env }) => env.ROOM.getByName("a").inc(plus(new Other()), 1),
  "that pretends to be a target": ({ env }) => env.ROOM.getByName("a").inc(new Proxy(new Other(), { getPrototypeOf: () => RpcTarget.prototype }), 5),
  "that pretends to be none": ({ env }) => env.ROOM.getByName("a").inc(new Proxy(new Counter(), { getPrototypeOf: () => Other.prototype }), 5),
  "of an array": ({ env }) => env.ROOM.getByName("a").read(new Proxy([1], {}), "length"),
  "a local stub of one": async () => new RpcStub(plus(new Counter())).inc(1),
  "own property of a proxied function": ({ env }) => env.ROOM.getByName("a").read(new Proxy(Object.assign(() => 1, { own: 5 }), {}), "own"),
});
