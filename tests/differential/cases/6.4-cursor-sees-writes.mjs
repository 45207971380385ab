// Section 6.4: a cursor is one row ahead, and sees what is written behind that.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "inserted": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)"); const seen = []; for (const { n } of sql.exec("SELECT n FROM t")) { seen.push(n); if (n < 6) sql.exec("INSERT OR IGNORE INTO t VALUES (?)", n + 3); } return seen; },
  "deleted": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3), (4), (5)"); const seen = []; for (const { n } of sql.exec("SELECT n FROM t")) { seen.push(n); sql.exec("DELETE FROM t WHERE n > ?", n); } return seen; },
  "updated": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 0), (2, 0), (3, 0), (4, 0)"); const seen = []; for (const { n, v } of sql.exec("SELECT n, v FROM t")) { seen.push([n, v]); sql.exec("UPDATE t SET v = v + 1"); } return seen; },
  "emptied": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const cursor = sql.exec("SELECT n FROM t"); sql.exec("DELETE FROM t"); return cursor.toArray(); },
  "sorted rows were read before": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (3), (1), (2)"); const cursor = sql.exec("SELECT n FROM t ORDER BY n"); sql.exec("DELETE FROM t"); return cursor.toArray(); },
  "dropped": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (3), (1), (2)"); const cursor = sql.exec("SELECT n FROM t"); const out = []; try { sql.exec("DROP TABLE t"); out.push("dropped"); } catch (error) { out.push(error); } try { out.push(cursor.toArray()); } catch (error) { out.push(error); } try { sql.exec("DROP TABLE t"); out.push("dropped"); } catch (error) { out.push(error); } return out; },
  "rolled back": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)"); let cursor; try { ctx.storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (3), (4)"); cursor = sql.exec("SELECT n FROM t"); cursor.next(); throw new Error("no"); }); } catch {} try { return cursor.toArray(); } catch (error) { return error; } },
  "two at once": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const pairs = []; for (const a of sql.exec("SELECT n FROM t")) for (const b of sql.exec("SELECT n FROM t")) pairs.push([a.n, b.n]); return pairs; },
});
