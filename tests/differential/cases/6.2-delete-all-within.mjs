// Section 6.2: `storage.deleteAll()` inside a transaction of the same object.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "in transaction()": async ({ ctx, note }) => { await ctx.storage.put("a", 1); try { await ctx.storage.transaction(() => ctx.storage.deleteAll()); } catch (error) { note(error); } return ctx.storage.list(); },
  "with a table": async ({ ctx }) => { ctx.storage.sql.exec("CREATE TABLE t (x)"); ctx.storage.sql.exec("INSERT INTO t VALUES (1)"); await ctx.storage.put("a", 1); await ctx.storage.deleteAll(); return [await ctx.storage.list(), ctx.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray()]; },
  "and then a table of the same name": async ({ ctx }) => { ctx.storage.sql.exec("CREATE TABLE t (x)"); await ctx.storage.deleteAll(); ctx.storage.sql.exec("CREATE TABLE t (y)"); ctx.storage.sql.exec("INSERT INTO t VALUES (7)"); return ctx.storage.sql.exec("SELECT * FROM t").toArray(); },
});
