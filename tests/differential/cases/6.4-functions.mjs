// Section 6.4: functions that are there.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "mathematics": ({ ctx }) => each(ctx.storage.sql, "SELECT round(pi(), 6), sqrt(16), pow(2, 10), power(2, 3), mod(7, 3), exp(0), ln(1), log(100), log10(1000), log2(8), log(2, 8)", "SELECT ceil(1.2), ceiling(1.2), floor(-1.2), trunc(-1.7), sign(-3), abs(-2), degrees(0), radians(0)", "SELECT round(sin(1), 6), round(cos(1), 6), round(tan(1), 6), round(asin(1), 6), round(acos(0), 6), round(atan(1), 6), round(atan2(1, 1), 6), round(sinh(1), 6), round(cosh(1), 6), round(tanh(1), 6), round(asinh(1), 6), round(acosh(2), 6), round(atanh(0.5), 6)", "SELECT sqrt(-1), ln(0), 5 / 2, 5.0 / 2, 5 % 2, ~5, 1 << 4, 7 & 3, 1 | 8"),
  "text": ({ ctx }) => each(ctx.storage.sql, `SELECT upper('aü'), lower('AÜ'), length('aü😀'), octet_length('aü'), substr('hello', 2, 3), substring('hello', -3), replace('aXa', 'X', '-'), trim('  x '), ltrim('xxa', 'x'), rtrim('axx', 'x'), instr('hello', 'l'), hex('ü'), unhex('4142'), char(65, 252), unicode('ü'), quote('it''s')`, `SELECT printf('%5.2f|%-5s|%05d|%x|%q', 3.14159, 'ab', 42, 255, 'it''s'), format('%s', 'x'), concat('a', NULL, 1), concat_ws('-', 'a', NULL, 'b'), 'a' || 1, string_agg(x, ',') FROM (SELECT 'p' AS x UNION ALL SELECT 'q')`, `SELECT 'abc' LIKE 'A%', 'abc' GLOB 'a*', 'abc' GLOB 'A*', glob('a*', 'abc'), like('a%', 'abc'), 'a_c' LIKE 'a\\_c' ESCAPE '\\'`),
  "choices": ({ ctx }) => each(ctx.storage.sql, `SELECT coalesce(NULL, 2), ifnull(NULL, 3), nullif(1, 1), iif(1, 'y', 'n'), CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END, max(1, 5, 3), min('b', 'a'), typeof(1), typeof('x'), typeof(NULL), typeof(x''), typeof(1.0), likely(1), unlikely(0), likelihood(1, 0.5)`),
  "aggregates": ({ ctx }) => each(ctx.storage.sql, `SELECT count(*), count(x), sum(x), total(x), avg(x), min(x), max(x), group_concat(x), group_concat(x, '-') FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT NULL)`, "SELECT count(*) FILTER (WHERE x > 1), group_concat(x ORDER BY x DESC), count(DISTINCT x) FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 2)", "SELECT sum(x) FROM (SELECT 1 AS x WHERE 0)"),
  "windows": ({ ctx }) => each(ctx.storage.sql, "SELECT x, row_number() OVER w, rank() OVER w, dense_rank() OVER w, percent_rank() OVER w, cume_dist() OVER w, ntile(2) OVER w, lag(x) OVER w, lead(x, 1, 0) OVER w, first_value(x) OVER w, last_value(x) OVER w, nth_value(x, 2) OVER w, sum(x) OVER w FROM (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 2) WINDOW w AS (ORDER BY x)"),
  "of the connection": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n)", "INSERT INTO t VALUES (1), (2)", "SELECT changes(), total_changes() > 0, last_insert_rowid()", "UPDATE t SET n = 5", "SELECT changes()", "SELECT changes()", `SELECT length(randomblob(5)), typeof(random()), length(current_timestamp), length(date('now'))`),
});
