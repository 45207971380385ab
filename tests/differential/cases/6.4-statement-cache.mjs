// Section 6.4: the same text again: tables that change, runs that overlap.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "a changed table": ({ ctx }) => { const { sql } = ctx.storage; const seen = []; const look = () => { const cursor = sql.exec("SELECT * FROM t"); seen.push([cursor.columnNames, cursor.toArray()]); }; sql.exec("CREATE TABLE t (a)"); sql.exec("INSERT INTO t VALUES (?)", 1); look(); sql.exec("ALTER TABLE t ADD COLUMN b"); look(); sql.exec("ALTER TABLE t RENAME COLUMN a TO z"); look(); sql.exec("DROP TABLE t"); sql.exec("CREATE TABLE t (x, y, w)"); sql.exec("INSERT INTO t VALUES (1, 2, 3)"); look(); return seen; },
  "a dropped table": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (a)"); const seen = [sql.exec("SELECT * FROM t").toArray()]; sql.exec("DROP TABLE t"); try { sql.exec("SELECT * FROM t"); } catch (error) { seen.push(error); } sql.exec("CREATE TABLE t (a, b)"); seen.push(sql.exec("SELECT * FROM t").columnNames); return seen; },
  "overlapping": ({ ctx }) => { const { sql } = ctx.storage; const text = "SELECT ?1 AS n UNION ALL SELECT ?1 + 1"; const a = sql.exec(text, 1), b = sql.exec(text, 10), c = sql.exec(text, 100); return [b.next(), a.next(), c.toArray(), a.next(), b.next(), a.next(), sql.exec(text, 1000).toArray()]; },
  "failing": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n UNIQUE)"); const out = []; for (const n of [1, 1, 2, 2, 3]) { try { sql.exec("INSERT INTO t VALUES (?)", n); out.push(n); } catch (error) { out.push(error.message); } } return [out, sql.exec("SELECT n FROM t").toArray()]; },
  "wrong counts": ({ ctx }) => { const { sql } = ctx.storage; const out = []; for (const bindings of [[1], [], [1, 2], [3]]) { try { out.push(sql.exec("SELECT ? AS n", ...bindings).one()); } catch (error) { out.push(error.message); } } return out; },
  "many": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); for (let n = 0; n < 3000; n++) sql.exec(`INSERT INTO t VALUES (${n})`); let sum = 0; for (let n = 0; n < 3000; n += 7) sum += sql.exec(`SELECT n FROM t WHERE n = ${n}`).one().n; return [sql.exec("SELECT count(*) AS n FROM t").one(), sum]; },
});
