// Section 6.4: SQL beside the key-value API: one transaction, one database.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "together": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); ctx.storage.put("k", 1); sql.exec("INSERT INTO t VALUES (1)"); await scheduler.wait(1); try { ctx.storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (2)"); ctx.storage.kv.put("k", 2); throw new Error("back"); }); } catch {} return [await ctx.storage.get("k"), sql.exec("SELECT n FROM t").toArray()]; },
  "transaction": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); await ctx.storage.transaction(async (txn) => { sql.exec("INSERT INTO t VALUES (1)"); await txn.put("k", 1); await scheduler.wait(1); sql.exec("INSERT INTO t VALUES (2)"); txn.rollback(); }); return [await ctx.storage.get("k"), sql.exec("SELECT n FROM t").toArray()]; },
  "deleteAll": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p); CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER x AFTER DELETE ON t BEGIN INSERT INTO t VALUES (1); END; CREATE VIRTUAL TABLE f USING fts5(a); INSERT INTO t VALUES (1); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)"); await ctx.storage.put("k", 1); await ctx.storage.deleteAll(); const left = sql.exec("SELECT name FROM sqlite_master").toArray(); sql.exec("CREATE TABLE t (n)"); return [left, sql.exec("SELECT count(*) AS n FROM t").one(), await ctx.storage.get("k")]; },
  "cursors open during deleteAll": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const cursor = sql.exec("SELECT n FROM t"); const other = sql.exec("SELECT 1 AS n UNION ALL SELECT 2"); cursor.next(); await ctx.storage.deleteAll(); const out = []; for (const work of [() => cursor.next(), () => cursor.next(), () => cursor.columnNames, () => other.toArray(), () => other.one()]) { try { out.push(work()); } catch (error) { out.push(error); } } return out; },
  "a cached statement after deleteAll": async ({ ctx }) => { const { sql } = ctx.storage; const text = "SELECT n FROM t"; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1)"); const before = sql.exec(text).toArray(); await ctx.storage.deleteAll(); let during; try { during = sql.exec(text).toArray(); } catch (error) { during = error; } sql.exec("CREATE TABLE t (n, m)"); return [before, during, sql.exec(text).toArray()]; },
});
