// Section 4.3 and 4.4: what stubs, promises and properties look like to the program that holds them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  imports: `import { DurableObject, RpcTarget, RpcStub, RpcPromise, RpcProperty, ServiceStub, WorkerEntrypoint } from "cloudflare:workers"; import * as all from "cloudflare:workers";`,
  prelude: `
class Thing extends RpcTarget { hi() { return "hi"; } }
export class Room extends DurableObject { add(a, b) { return a + b; } thing() { return new Thing(); } list() { return [1, 2]; } record() { return { a: 1 }; } map() { return new Map([[1, 2]]); } text() { return "text"; } fn() { return () => 1; } }
export class Side extends WorkerEntrypoint { hi() { return "side"; } }`,
}, {
  "exports of the module": () => ["DurableObject", "WorkerEntrypoint", "WorkflowEntrypoint", "RpcTarget", "RpcStub", "RpcPromise", "RpcProperty", "ServiceStub", "env", "exports", "withEnv", "withExports", "withEnvAndExports", "waitUntil"].filter((name) => !(name in all)),
  "names of the classes": () => [RpcTarget.name, RpcStub.name, RpcPromise.name, RpcProperty.name, ServiceStub.name],
  "types": ({ env }) => { const stub = env.ROOM.getByName("a"); const promise = stub.add(1, 2); return promise.then((sum) => [typeof stub, typeof stub.add, typeof promise, sum]); },
  "classes": async ({ env, ctx }) => { const stub = env.ROOM.getByName("a"); const thing = await stub.thing(); const promise = stub.add(1, 2); const out = [stub instanceof ServiceStub, ctx.exports.Side instanceof ServiceStub, stub.add instanceof RpcProperty, promise instanceof RpcPromise, promise instanceof Promise, thing instanceof RpcStub, thing instanceof RpcTarget, thing.hi instanceof RpcProperty]; await promise; return out; },
  "constructor names": async ({ env, ctx }) => { const stub = env.ROOM.getByName("a"); const thing = await stub.thing(); const promise = stub.add(1, 2); await promise; return [stub.constructor.name, thing.constructor.name, promise.constructor.name, stub.add.constructor.name, ctx.exports.Side.constructor.name]; },
  "then of a stub": async ({ env }) => { const thing = await env.ROOM.getByName("a").thing(); return [typeof env.ROOM.getByName("a").then, typeof thing.then, typeof thing.hi.then]; },
  "what has dup": async ({ env }) => { const thing = await env.ROOM.getByName("a").thing(); return [typeof thing.dup, typeof env.ROOM.getByName("a").dup, typeof thing[Symbol.dispose]]; },
  "what has a disposer": async ({ env }) => { const stub = env.ROOM.getByName("a"); const out = []; for (const name of ["thing", "list", "record", "map", "text", "fn"]) { const value = await stub[name](); out.push([name, typeof value[Symbol.dispose], typeof value]); } return out; },
  "the disposer is hidden": async ({ env }) => { const record = await env.ROOM.getByName("a").record(); const { enumerable, configurable, writable } = Object.getOwnPropertyDescriptor(record, Symbol.dispose); return [Object.keys(record), JSON.stringify(record), enumerable, configurable, writable]; },
  "a promise has a disposer": ({ env }) => { const promise = env.ROOM.getByName("a").add(1, 2); return promise.then(() => typeof promise[Symbol.dispose]); },
  "keys": async ({ env }) => { const stub = env.ROOM.getByName("a"); const thing = await stub.thing(); return [Object.keys(stub), Object.keys(thing), JSON.stringify(Object.keys(stub.add))]; },
  "in": ({ env }) => { const stub = env.ROOM.getByName("a"); return ["id" in stub, "fetch" in stub, "toString" in stub]; },
  "making them": () => [RpcPromise, RpcProperty, ServiceStub].map((type) => { try { new type(); return "made"; } catch (error) { return `${error.name}: ${error.message}`; } }),
  "RpcStub of what cannot be one": () => [1, "text", null, undefined, new Date(0), [], new (class A {})()].map((value) => { try { return typeof new RpcStub(value); } catch (error) { return `${error.name}: ${error.message}`; } }),
  "RpcTarget": () => { class A extends RpcTarget { constructor() { super(); this.x = 1; } } return [new A().x, new A() instanceof RpcTarget, Object.keys(new A())]; },
  "an entrypoint of one's own making": ({ env }) => new Side({ waitUntil() {} }, env).hi(),
  "path too deep": ({ env }) => { let at = env.ROOM.getByName("a"); for (let i = 0; i < 100; i++) { try { at = at.x; } catch (error) { return [i, error.name, error.message]; } } },
});
