// Section 6.4: what SQL of these days has: upserts, returning, common tables, generated columns.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "upserts": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (k PRIMARY KEY, n DEFAULT 1)", `INSERT INTO t (k) VALUES ('a') ON CONFLICT (k) DO UPDATE SET n = n + 1 RETURNING *`, `INSERT INTO t (k) VALUES ('a') ON CONFLICT (k) DO UPDATE SET n = n + 1 RETURNING *`, `INSERT INTO t VALUES ('a', 7), ('b', 8) ON CONFLICT DO NOTHING RETURNING k`, `INSERT INTO t VALUES ('a', 9) ON CONFLICT (k) DO UPDATE SET n = excluded.n WHERE excluded.n > 100`, `REPLACE INTO t VALUES ('b', 10)`, "SELECT * FROM t"),
  "returning": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", `INSERT INTO t (a) VALUES ('x'), ('y') RETURNING id, a, id * 2 AS twice`, `UPDATE t SET a = a || '!' RETURNING *`, "DELETE FROM t WHERE id = 1 RETURNING a", `INSERT INTO t (a) VALUES ('z') RETURNING rowid`, "SELECT seq FROM sqlite_sequence"),
  "common tables": ({ ctx }) => each(ctx.storage.sql, "WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS m FROM a) SELECT * FROM a, b", "WITH RECURSIVE fib(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM fib LIMIT 10) SELECT a FROM fib", "WITH x AS NOT MATERIALIZED (SELECT 1) SELECT * FROM x"),
  "updates from": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (id, n); CREATE TABLE u (id, m); INSERT INTO t VALUES (1, 0), (2, 0); INSERT INTO u VALUES (1, 5)", "UPDATE t SET n = u.m FROM u WHERE u.id = t.id", "SELECT * FROM t", "SELECT * FROM t LEFT JOIN u USING (id)", "SELECT * FROM t FULL JOIN u ON t.id = u.id", "SELECT * FROM t RIGHT JOIN u ON 1", "SELECT (id, n) = (1, 5) FROM t", "SELECT id FROM t WHERE n IS NOT DISTINCT FROM 5"),
  "limited": ({ ctx }) => each(ctx.storage.sql, `CREATE TABLE t (n, m); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd'), (5, 'e')`, "DELETE FROM t ORDER BY n DESC LIMIT 1", `UPDATE t SET m = 'z' WHERE n > 1 ORDER BY n LIMIT 1`, "DELETE FROM t WHERE n IN (SELECT 3 LIMIT 1) LIMIT 5", "UPDATE t SET n = n + 10 RETURNING n ORDER BY n DESC LIMIT 1", "DELETE FROM t LIMIT 1 OFFSET 1", "SELECT * FROM t", "UPDATE none SET a = 1 LIMIT 1"),
  "views and triggers": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n); CREATE VIEW v AS SELECT n * 2 AS d FROM t; INSERT INTO t VALUES (1), (2)", "SELECT * FROM v", "INSERT INTO v VALUES (8)", "CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.d / 2); END", "INSERT INTO v VALUES (8)", "SELECT * FROM t", "CREATE VIEW w AS SELECT * FROM none", "SELECT * FROM w", "DROP VIEW v", "SELECT name, type FROM sqlite_master"),
  "altering": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 2)", "ALTER TABLE t ADD COLUMN c DEFAULT 3", "ALTER TABLE t RENAME COLUMN a TO z", "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t RENAME TO u", "SELECT * FROM u", "ALTER TABLE u ADD COLUMN d NOT NULL", "ALTER TABLE u DROP COLUMN none", "CREATE INDEX i ON u (z)", "ALTER TABLE u DROP COLUMN z", "SELECT sql FROM sqlite_master"),
  "explaining": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a)", "EXPLAIN QUERY PLAN SELECT * FROM t WHERE rowid = 1", "EXPLAIN QUERY PLAN SELECT * FROM t ORDER BY a", "ANALYZE", "ANALYZE t", "REINDEX", "REINDEX t", "SELECT name FROM sqlite_master ORDER BY name"),
});
