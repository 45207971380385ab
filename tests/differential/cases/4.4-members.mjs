// Section 4.4: what of a class can be reached: accessors, inherited members, symbols, statics, and how names are taken.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Base extends RpcTarget { inherited() { return "inherited"; } over() { return "base"; } get value() { return 1; } }
class Derived extends Base { over() { return "derived " + super.over(); } get value() { return super.value + 1; } static make() { return 1; } [Symbol.iterator]() { return "symbol"; } #secret() { return 1; } "odd name"() { return "odd"; } 0() { return "zero"; } async *stream() { yield 1; } get then() { return undefined; } toString() { return "own toString"; } toJSON() { return "own toJSON"; } valueOf() { return 7; } set only(v) {} async gone() { throw undefined; } async text() { throw "text"; } }
class Parent extends DurableObject { up() { return "up"; } }
export class Room extends Parent {
  thing() { return new Derived(); }
  get accessor() { return "accessor"; }
  get later() { return scheduler.wait(1).then(() => "later"); }
  get failing() { throw new RangeError("in the getter"); }
  get fn() { return (x) => x * 3; }
  get target() { return new Derived(); }
  get missingValue() { return undefined; }
  set only(value) {}
  args(...all) { return all.length; }
  undefineds(a, b) { return [a === undefined, b === null, arguments.length]; }
  self() { return this.thing(); }
  nested() { return { thing: new Derived(), list: [new Derived(), new Derived()], map: new Map([["k", new Derived()]]) }; }
  toString() { return "room"; }
  returnsThis() { return this; }
  async deep(n) { return n === 0 ? "bottom" : await this.env.ROOM.getByName("n" + n).deep(n - 1); }
  throwsNull() { throw null; }
  throwsObject() { throw { code: 5 }; }
  async fromMapped(list) { return Promise.all(list.map((f) => f())); }
}`,
}, {
  "inherited": async ({ env }) => { const t = await env.ROOM.getByName("a").thing(); return [await t.inherited(), await t.over(), await t.value]; },
  "of a parent class": ({ env }) => env.ROOM.getByName("a").up(),
  "static": async ({ env }) => (await env.ROOM.getByName("a").thing()).make(),
  "odd name": async ({ env }) => (await env.ROOM.getByName("a").thing())["odd name"](),
  "toString": async ({ env }) => (await env.ROOM.getByName("a").thing()).toString(),
  "toJSON": async ({ env }) => (await env.ROOM.getByName("a").thing()).toJSON(),
  "valueOf": async ({ env }) => (await env.ROOM.getByName("a").thing()).valueOf(),
  "toString of the object": ({ env }) => env.ROOM.getByName("a").toString(),
  "hasOwnProperty": async ({ env }) => (await env.ROOM.getByName("a").thing()).hasOwnProperty("x"),
  "__proto__": async ({ env }) => typeof (await env.ROOM.getByName("a").thing()).__proto__,
  "a setter": ({ env }) => env.ROOM.getByName("a").only,
  "accessor": ({ env }) => env.ROOM.getByName("a").accessor,
  "an accessor is no method": ({ env }) => env.ROOM.getByName("a").accessor(),
  "a promise": ({ env }) => env.ROOM.getByName("a").later,
  "failing": ({ env }) => env.ROOM.getByName("a").failing,
  "a function": ({ env }) => env.ROOM.getByName("a").fn(2),
  "a function, read": async ({ env }) => (await env.ROOM.getByName("a").fn)(2),
  "a target": ({ env }) => env.ROOM.getByName("a").target.over(),
  "undefined": ({ env }) => env.ROOM.getByName("a").missingValue,
  "a method, read": async ({ env }) => typeof (await env.ROOM.getByName("a").args),
  "call and apply": async ({ env }) => { const out = []; for (const f of [(m) => m.call(null, 1, 2), (m) => m.apply(null, [1]), (m) => m.bind(null)(1)]) { try { out.push(await f(env.ROOM.getByName("a").args)); } catch (error) { out.push(error.message); } } return out; },
  "arguments": ({ env }) => env.ROOM.getByName("a").undefineds(undefined, null),
  "no arguments": ({ env }) => env.ROOM.getByName("a").undefineds(),
  "many arguments": ({ env }) => env.ROOM.getByName("a").args(...Array(1000).fill(1)),
  "nested targets": async ({ env }) => { const all = await env.ROOM.getByName("a").nested(); return [await all.thing.over(), await all.list[1].value, await all.map.get("k").inherited()]; },
  "this": ({ env }) => env.ROOM.getByName("a").returnsThis(),
  "a generator": async ({ env }) => (await env.ROOM.getByName("a").thing()).stream(),
  "throws undefined": async ({ env }) => { try { await (await env.ROOM.getByName("a").thing()).gone(); } catch (error) { return ["caught", error]; } },
  "throws text": async ({ env }) => { try { await (await env.ROOM.getByName("a").thing()).text(); } catch (error) { return ["caught", error]; } },
  "throws null": async ({ env }) => { try { await env.ROOM.getByName("a").throwsNull(); } catch (error) { return ["caught", error]; } },
  "throws an object": async ({ env }) => { try { await env.ROOM.getByName("a").throwsObject(); } catch (error) { return ["caught", error]; } },
  "through ten objects": ({ env }) => env.ROOM.getByName("a").deep(10),
  "a list of functions": ({ env }) => env.ROOM.getByName("a").fromMapped([() => 1, async () => 2, () => "three"]),
  "a promise as an argument": async ({ env }) => env.ROOM.getByName("a").args(env.ROOM.getByName("a").up()),
  "a property as an argument": async ({ env }) => env.ROOM.getByName("a").args(env.ROOM.getByName("a").accessor),
  "in template text": async ({ env }) => { try { return `${await env.ROOM.getByName("a").thing()}`; } catch (error) { return error; } },
  "as JSON": async ({ env }) => JSON.stringify(await env.ROOM.getByName("a").thing()),
  "JSON of what holds one": async ({ env }) => JSON.stringify(await env.ROOM.getByName("a").nested()),
  "spread": async ({ env }) => Object.keys({ ...(await env.ROOM.getByName("a").nested()) }),
  "structuredClone of a stub": async ({ env }) => structuredClone(await env.ROOM.getByName("a").thing()),
  "setting a property": async ({ env }) => { const t = await env.ROOM.getByName("a").thing(); try { t.x = 1; t.over = 2; return [await t.x, await t.over, Object.keys(t), "x" in t, delete t.over, await t.over()]; } catch (error) { return error.message; } },
  "deleting a property": async ({ env }) => { const t = await env.ROOM.getByName("a").thing(); try { return [delete t.over]; } catch (error) { return error.message; } },
  "instanceof": async ({ env }) => { const t = await env.ROOM.getByName("a").thing(); return [t instanceof RpcTarget, t instanceof Derived, t instanceof Object, t instanceof Function]; },
});
