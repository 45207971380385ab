// Section 6.4: databaseSize: the pages in use.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "growing": async ({ ctx }) => { const { sql } = ctx.storage; const sizes = [sql.databaseSize]; sql.exec("CREATE TABLE t (v)"); sizes.push(sql.databaseSize); sql.exec("INSERT INTO t VALUES (zeroblob(100000))"); sizes.push(sql.databaseSize); await scheduler.wait(1); sizes.push(sql.databaseSize); sql.exec("DELETE FROM t"); sizes.push(sql.databaseSize); sql.exec("DROP TABLE t"); sizes.push(sql.databaseSize); return sizes; },
  "with keys": async ({ ctx }) => { const { sql } = ctx.storage; const sizes = [sql.databaseSize]; await ctx.storage.put("k", "v"); sizes.push(sql.databaseSize); await ctx.storage.put("l", "x".repeat(50_000)); sizes.push(sql.databaseSize); await ctx.storage.deleteAll(); sizes.push(sql.databaseSize); return sizes; },
  "in a transaction": ({ ctx }) => { const { sql } = ctx.storage; const sizes = []; try { ctx.storage.transactionSync(() => { sql.exec("CREATE TABLE t (v); INSERT INTO t VALUES (zeroblob(50000))"); sizes.push(sql.databaseSize); throw 1; }); } catch {} return [...sizes, sql.databaseSize]; },
  "what is in it": async ({ ctx }) => { const { sql } = ctx.storage; const names = () => sql.exec("SELECT name FROM sqlite_master ORDER BY name").raw().toArray().flat(); const seen = [names()]; await ctx.storage.put("k", 1); seen.push(names()); sql.exec("CREATE TABLE t (n)"); await scheduler.wait(5); seen.push(names()); await ctx.storage.deleteAll(); seen.push(names()); return seen; },
});
