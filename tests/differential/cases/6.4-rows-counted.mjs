// Section 6.4: rowsRead and rowsWritten of reads, by what the query planner does.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const fill = (sql) => sql.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT); CREATE INDEX ta ON t (a); CREATE TABLE u (k TEXT PRIMARY KEY, t INT) WITHOUT ROWID; CREATE TABLE e (x)");
const rows = (sql) => { fill(sql); for (let n = 1; n <= 20; n++) { sql.exec("INSERT INTO t VALUES (?, ?, ?)", n, n % 5, "b" + n); sql.exec("INSERT INTO u VALUES (?, ?)", "k" + n, n % 7); } };
const counts = (sql, ...texts) => texts.map((text) => { const cursor = sql.exec(text); const { length } = cursor.toArray(); return [length, cursor.rowsRead, cursor.rowsWritten]; });
`,
}, {
  "whole tables": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT * FROM t", "SELECT * FROM u", "SELECT * FROM e", "SELECT * FROM t LIMIT 3", "SELECT * FROM t LIMIT 3 OFFSET 4", "SELECT * FROM t WHERE b = 'b3'", "SELECT * FROM t ORDER BY id DESC", "SELECT * FROM t ORDER BY id DESC LIMIT 1"); },
  "by key": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT * FROM t WHERE id = 3", "SELECT * FROM t WHERE id = 99", "SELECT * FROM t WHERE id IN (1, 5, 99)", "SELECT * FROM t WHERE id > 15", "SELECT * FROM t WHERE id BETWEEN 3 AND 6", "SELECT * FROM u WHERE k = 'k3'", "SELECT * FROM u WHERE k = 'none'", "SELECT * FROM u WHERE k > 'k5'"); },
  "by index": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT * FROM t WHERE a = 3", "SELECT a FROM t WHERE a = 3", "SELECT * FROM t WHERE a = 99", "SELECT * FROM t WHERE a > 3", "SELECT * FROM t WHERE a IN (1, 2)", "SELECT * FROM t WHERE a = 3 LIMIT 1", "SELECT * FROM t WHERE a = 1 ORDER BY id DESC"); },
  "sorting": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT * FROM t ORDER BY b", "SELECT * FROM t ORDER BY b LIMIT 2", "SELECT * FROM t ORDER BY a", "SELECT DISTINCT a FROM t", "SELECT DISTINCT b FROM t", "SELECT * FROM e ORDER BY x"); },
  "aggregates": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT count(*) FROM t", "SELECT count(*) FROM e", "SELECT count(*) + 1 FROM u", "SELECT count(b) FROM t", "SELECT count(*) FROM t WHERE a = 3", "SELECT max(id) FROM t", "SELECT min(a) FROM t", "SELECT max(b) FROM t", "SELECT a, count(*) FROM t GROUP BY a", "SELECT b, count(*) FROM t GROUP BY b", "SELECT sum(id) OVER (ORDER BY id) FROM t"); },
  "joins": ({ ctx }) => { rows(ctx.storage.sql); return counts(ctx.storage.sql, "SELECT * FROM t, u", "SELECT * FROM t JOIN u ON u.t = t.id", "SELECT * FROM u JOIN t ON t.id = u.t", "SELECT * FROM t LEFT JOIN e ON e.x = t.a", "SELECT * FROM t a JOIN t b ON a.a = b.a", "SELECT * FROM t WHERE id IN (SELECT t FROM u)", "SELECT * FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.t = t.id)", "SELECT (SELECT count(*) FROM u WHERE u.t = t.a) FROM t"); },
  "no tables": ({ ctx }) => counts(ctx.storage.sql, "SELECT 1", "SELECT 1 UNION ALL SELECT 2", "SELECT 1 UNION SELECT 2", "VALUES (1), (2), (3)", "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 10) SELECT * FROM r", "SELECT * FROM json_each('[1,2,3]')", "PRAGMA table_list", "SELECT * FROM sqlite_master", "EXPLAIN QUERY PLAN SELECT 1"),
  "as they are read": ({ ctx, note }) => {
    rows(ctx.storage.sql);
    const cursor = ctx.storage.sql.exec("SELECT * FROM t LIMIT 4");
    note(cursor.rowsRead, cursor.rowsWritten);
    for (const row of cursor) note(row.id, cursor.rowsRead);
    return [cursor.rowsRead, cursor.rowsWritten];
  },
  "each run for itself": ({ ctx, note }) => {
    rows(ctx.storage.sql);
    const first = ctx.storage.sql.exec("SELECT * FROM t WHERE id <= ?", 5);
    const second = ctx.storage.sql.exec("SELECT * FROM t WHERE id <= ?", 2);
    second.toArray(); first.toArray();
    const third = ctx.storage.sql.exec("SELECT * FROM t WHERE id <= ?", 9);
    third.next();
    note(first.rowsRead, second.rowsRead, third.rowsRead);
    third.toArray();
    return [first.rowsRead, second.rowsRead, third.rowsRead];
  },
  "one with several": ({ ctx }) => { rows(ctx.storage.sql); const cursor = ctx.storage.sql.exec("SELECT * FROM t"); try { cursor.one(); } catch {} return [cursor.rowsRead, cursor.toArray()]; },
});
