// Section 6.4: errors of the parser and where they are.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "syntax": ({ ctx }) => each(ctx.storage.sql, "SELECT ;", "SELECT -;", "SELEC 1", "SELECT 1 1", "SELECT (1", `SELECT 'abc`, "CREATE TABLE", "INSERT INTO", "SELECT * FROM", "foo", "SELECT @", "1", "SELECT [a", "SELECT #1", "SELECT 1;  SELECT ;"),
  "names": ({ ctx }) => each(ctx.storage.sql, "SELECT x", "SELECT x.y", "SELECT * FROM x", "INSERT INTO x VALUES (1)", "DROP TABLE x", "DROP INDEX x", "DROP VIEW x", "SELECT nothing(1)", "SELECT abs()", "SELECT abs(1, 2)", "SELECT max()", "ALTER TABLE x ADD COLUMN y", "CREATE INDEX i ON x (y)", "SELECT 1 COLLATE nonsense", "UPDATE x SET a = 1", "DELETE FROM x"),
  "tables": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a, a)", "CREATE TABLE t (a INTEGER PRIMARY KEY, b PRIMARY KEY)", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1, 2)", "INSERT INTO t (b) VALUES (1)", "INSERT INTO t (a, a) VALUES (1, 2)", "SELECT t.b FROM t", "SELECT a FROM t, t", "SELECT 1 UNION SELECT 1, 2", "SELECT a FROM t GROUP BY 7", "SELECT a FROM t ORDER BY 7", "ALTER TABLE t DROP COLUMN a", "CREATE TABLE sqlite_x (a)", "CREATE TABLE w (a) WITHOUT ROWID", "CREATE TABLE s (a NONSENSE) STRICT"),
  "misuse": ({ ctx }) => each(ctx.storage.sql, "SELECT sum(sum(1))", "SELECT 1 WHERE count(*) > 1", "SELECT 1 HAVING 1", "SELECT row_number() FROM (SELECT 1)", `SELECT 1 LIMIT 'x'`, "SELECT (SELECT 1, 2)", "SELECT 1 IN (SELECT 1, 2)", "VALUES (1), (2, 3)", "SELECT CASE END", `SELECT RAISE(ABORT, 'x')`, "EXPLAIN"),
  "utf-8": ({ ctx }) => each(ctx.storage.sql, `SELECT 'ü' nonsense nonsense`, "SELECT ü", `SELECT 1 AS 'ü', x`),
});
