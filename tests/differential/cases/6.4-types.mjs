// Section 6.4: values as they come out: numbers, text, bytes, null.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "integers": ({ ctx }) => each(ctx.storage.sql, "SELECT 1, -1, 0, 9007199254740991, 9007199254740993, 9223372036854775807, -9223372036854775808", "SELECT 9223372036854775807 + 1, 1/2, 7 % 3, 1 / 0", "SELECT 0x7fffffffffffffff, 1e3, 1.0, .5, 1e999, -1e999"),
  "text": ({ ctx }) => each(ctx.storage.sql, `SELECT 'a', '', 'ü', '😀', char(0), 'a' || char(0) || 'b'`, `SELECT CAST(x'c328' AS TEXT), CAST(x'eda080' AS TEXT), CAST(x'ff41' AS TEXT)`, `SELECT 'it''s'`),
  "bytes": ({ ctx }) => each(ctx.storage.sql, `SELECT x'', x'00ff', zeroblob(4), CAST('hi' AS BLOB)`),
  "fresh buffers": ({ ctx }) => { const [a, b] = ctx.storage.sql.exec("SELECT x'01' AS b UNION ALL SELECT x'01'").toArray(); new Uint8Array(a.b)[0] = 9; return [a.b === b.b, a, b, a.b instanceof ArrayBuffer, a.b.resizable]; },
  "null and booleans": ({ ctx }) => each(ctx.storage.sql, "SELECT NULL, TRUE, FALSE, 1 = 1, 1 = 2, NULL = NULL, NOT 1"),
  "dates": ({ ctx }) => each(ctx.storage.sql, `SELECT date(0, 'unixepoch'), datetime('2026-01-31', '+1 month'), julianday('2000-01-01'), unixepoch('1970-01-02'), strftime('%Y-%j', '2026-03-01'), time('12:00', '-1 hour'), timediff('2026-01-02', '2026-01-01')`),
});
