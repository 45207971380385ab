// Section 6.2: on SQLite what goes past the transaction object counts too.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "storage.put": async ({ ctx, note }) => { try { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); await ctx.storage.put("b", 2); note(await txn.get("b"), await ctx.storage.get("a")); throw new Error("mine"); }); } catch (error) { note(error.message); } return ctx.storage.list(); },
  "sql": async ({ ctx, note }) => { ctx.storage.sql.exec("CREATE TABLE t (x)"); try { await ctx.storage.transaction(async () => { ctx.storage.sql.exec("INSERT INTO t VALUES (1)"); note(ctx.storage.sql.exec("SELECT count(*) AS n FROM t").one().n); throw new Error("mine"); }); } catch (error) { note(error.message); } return ctx.storage.sql.exec("SELECT count(*) AS n FROM t").one().n; },
  "kv": async ({ ctx, note }) => { try { await ctx.storage.transaction(async (txn) => { ctx.storage.kv.put("a", 1); note(await txn.get("a")); throw new Error("mine"); }); } catch (error) { note(error.message); } return ctx.storage.list(); },
  "sql, committed": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { ctx.storage.sql.exec("CREATE TABLE t (x)"); ctx.storage.sql.exec("INSERT INTO t VALUES (1)"); await txn.put("a", 1); }); return [ctx.storage.sql.exec("SELECT x FROM t").one().x, await ctx.storage.get("a")]; },
  "sql, rolled back": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { ctx.storage.sql.exec("CREATE TABLE t (x)"); txn.rollback(); }); return ctx.storage.sql.exec("SELECT count(*) AS n FROM sqlite_master WHERE name = 't'").one().n; },
  "writes after rollback": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); txn.rollback(); await ctx.storage.put("b", 2); }); return ctx.storage.list(); },
  "transactionSync inside": async ({ ctx }) => { await ctx.storage.transaction(async (txn) => { await txn.put("a", 1); try { ctx.storage.transactionSync(() => { ctx.storage.kv.put("b", 2); throw 1; }); } catch {} ctx.storage.transactionSync(() => ctx.storage.kv.put("c", 3)); }); return ctx.storage.list(); },
});
