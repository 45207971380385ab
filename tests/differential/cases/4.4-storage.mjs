// Section 4.4 and 6.3: method calls that write, and what others see of it.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  classes: { ROOM: "Room" },
  sqlite: true,
  imports: `import { DurableObject, RpcTarget } from "cloudflare:workers";`,
  prelude: `
class Cell extends RpcTarget { #room; #key; constructor(room, key) { super(); this.#room = room; this.#key = key; } async set(value) { await this.#room.ctx.storage.put(this.#key, value); } get() { return this.#room.ctx.storage.get(this.#key); } }
export class Room extends DurableObject {
  async put(key, value) { await this.ctx.storage.put(key, value); return "put"; }
  get(key) { return this.ctx.storage.get(key); }
  cell(key) { return new Cell(this, key); }
  async putAndTell(key, value, tell) { this.ctx.storage.put(key, value); return await tell("told"); }
  async putAndFail(key, value) { await this.ctx.storage.put(key, value); throw new Error("after the write"); }
  async abortAfter(key, value) { await this.ctx.storage.put(key, value); this.ctx.abort("gone"); }
  list() { return this.ctx.storage.list(); }
  sql() { return this.ctx.storage.sql.exec("SELECT 1 AS one, 'two' AS two").toArray(); }
  cursor() { return this.ctx.storage.sql.exec("SELECT 1"); }
  storage() { return this.ctx.storage; }
  async fill(n) { for (let i = 0; i < n; i++) this.ctx.storage.put("k" + i, i); return n; }
}`,
}, {
  "put and get": async ({ env }) => { const room = env.ROOM.getByName("1"); return [await room.put("a", { b: new Date(1) }), await room.get("a")]; },
  "through a target": async ({ env }) => { const cell = await env.ROOM.getByName("2").cell("x"); await cell.set(5); return [await cell.get(), await env.ROOM.getByName("2").get("x")]; },
  "a callback after a write": ({ env }) => env.ROOM.getByName("3").putAndTell("a", 1, (text) => text + " me"),
  "an exception keeps the write": async ({ env }) => { const room = env.ROOM.getByName("4"); const error = await room.putAndFail("a", 2).catch((error) => error.message); return [error, await room.get("a")]; },
  "abort after an awaited write": async ({ env }) => { const error = await env.ROOM.getByName("5").abortAfter("a", 3).catch((error) => error.message); return error; },
  "a map": async ({ env }) => { const room = env.ROOM.getByName("6"); await room.put("a", 1); await room.put("b", 2); return room.list(); },
  "rows": ({ env }) => env.ROOM.getByName("7").sql(),
  "a cursor": ({ env }) => env.ROOM.getByName("7").cursor(),
  "the storage": ({ env }) => env.ROOM.getByName("7").storage(),
  "many": async ({ env }) => { const room = env.ROOM.getByName("8"); return [await room.fill(50), (await room.list()).size]; },
});
