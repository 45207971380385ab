// Section 4.4: which properties of an exception, or of an error that is sent, can be seen among its keys. Its stack cannot.
import { probes } from "../probes.mjs";
export const variants = { before: { date: "2026-04-20" }, after: { date: "2026-04-21" } };
export const { config, worker, client } = probes({ classes: { ROOM: "Room" }, imports: `import { DurableObject } from "cloudflare:workers";`,
prelude: `const K = (e) => Object.getOwnPropertyNames(e).filter((k) => !/line|column|sourceURL|durableObjectId/.test(k)).map((k) => k + (Object.getOwnPropertyDescriptor(e, k).enumerable ? "+" : "-")).sort().join();
export class Room extends DurableObject { plain() { throw new Error("p"); } cause() { throw new Error("o", { cause: new RangeError("i") }); } async again(n) { try { await this.env.ROOM.getByName("b").plain(); } catch (e) { throw new Error("w", { cause: e }); } } give() { return new Error("given", { cause: new TypeError("c") }); } giveOwn() { return Object.assign(new Error("given"), { a: 1 }); } agg() { throw new AggregateError([new Error("a"), 5], "agg"); } async fetch() { throw new Error("f", { cause: new Error("g") }); } echo(e) { return [K(e), e.cause ? K(e.cause) : ""]; } }
const get = async (f) => { try { return await f(); } catch (e) { return e; } };` }, {
  plain: async ({ env }) => K(await get(() => env.ROOM.getByName("a").plain())),
  cause: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").cause()); return [K(e), e.cause && K(e.cause)]; },
  again: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").again()); return [K(e), e.cause && K(e.cause)]; },
  give: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").give()); return [K(e), e.cause && K(e.cause)]; },
  giveOwn: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").giveOwn()); return [K(e)]; },
  agg: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").agg()); return [K(e), e.errors?.map?.((x) => x instanceof Error ? K(x) : x)]; },
  fetch: async ({ env }) => { const e = await get(() => env.ROOM.getByName("a").fetch("http://x/")); return [K(e), e.cause && K(e.cause)]; },
  echo: async ({ env }) => env.ROOM.getByName("a").echo(new Error("e", { cause: new Error("c") })),
  clone: () => { const e = structuredClone(new Error("e", { cause: new Error("c") })); return [K(e), K(e.cause)]; },
  cloneOwn: () => { const e = structuredClone(Object.assign(new TypeError("e"), { x: 1 })); return [K(e)]; },
  local: () => K(new Error("x", { cause: 1 })),
});
