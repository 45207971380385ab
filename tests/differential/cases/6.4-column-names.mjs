// Section 6.4: names of columns, in rows and beside them.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "names": ({ ctx }) => each(ctx.storage.sql, "SELECT 1", `SELECT 1 AS one, 2 two, 3 AS "a b", 4 AS ''`, `SELECT 1 + 1, 'x', upper('x'), (SELECT 5)`, "SELECT * FROM (SELECT 1 AS a, 2 AS b)"),
  "twice": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS a, 2 AS b, 3 AS a"); const names = cursor.columnNames; return [names, cursor.columnNames === names, cursor.toArray(), cursor.columnNames]; },
  "odd": ({ ctx }) => { const row = ctx.storage.sql.exec("SELECT 1 AS \"__proto__\", 2 AS constructor, 3 AS \"10\", 4 AS \"2\", 5 AS toString").one(); return [Object.keys(row), Object.getPrototypeOf(row) === Object.prototype, row.constructor]; },
  "a changed array": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS a UNION ALL SELECT 2"); const names = cursor.columnNames; names[0] = "z"; return [cursor.next(), cursor.columnNames, ctx.storage.sql.exec("SELECT 1 AS a UNION ALL SELECT 2").columnNames]; },
  "without rows": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a, b)", "SELECT * FROM t", "INSERT INTO t VALUES (1, 2)", "UPDATE t SET a = 3 RETURNING b AS c", "DELETE FROM t", "PRAGMA table_info(t)"),
  "long forms": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (a); CREATE TABLE u (a); INSERT INTO t VALUES (1); INSERT INTO u VALUES (2)"); return each(sql, "SELECT t.a, u.a FROM t, u", "SELECT * FROM t JOIN u", "SELECT t.* FROM t", "SELECT max(a) FROM t", "SELECT a AS b FROM t ORDER BY b"); },
});
