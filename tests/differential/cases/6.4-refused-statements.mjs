// Section 6.4: statements that are not authorized.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "databases": ({ ctx }) => each(ctx.storage.sql, `ATTACH 'x' AS y`, `ATTACH ':memory:' AS y`, "DETACH main", "DETACH y", "VACUUM", `VACUUM INTO 'x'`),
  "temporary": ({ ctx }) => each(ctx.storage.sql, "CREATE TEMP TABLE t (n)", "CREATE TEMPORARY TABLE t AS SELECT 1", "CREATE TEMP VIEW v AS SELECT 1", "CREATE TABLE temp.t (n)", "SELECT * FROM sqlite_temp_master", "SELECT * FROM temp.sqlite_master", "CREATE TABLE main.t (n)", "CREATE TEMP TRIGGER x AFTER INSERT ON main.t BEGIN SELECT 1; END"),
  "modules": ({ ctx }) => each(ctx.storage.sql, "CREATE VIRTUAL TABLE t USING fts3(a)", "CREATE VIRTUAL TABLE t USING fts4(a)", "CREATE VIRTUAL TABLE t USING dbstat", "CREATE VIRTUAL TABLE t USING nonsense(a)", "CREATE VIRTUAL TABLE t USING json_each", "SELECT * FROM dbstat", "SELECT * FROM sqlite_stmt", "SELECT * FROM generate_series(1, 3)"),
  "functions": ({ ctx }) => each(ctx.storage.sql, "SELECT sqlite_version()", "SELECT sqlite_source_id()", "SELECT sqlite_compileoption_get(0)", `SELECT sqlite_compileoption_used('x')`, `SELECT load_extension('x')`, "SELECT sqlite_offset(1)", `SELECT soundex('x')`, "SELECT fts5(1)", `SELECT fts3_tokenizer('x')`, `SELECT geopoly_area('x')`, `SELECT edit('x')`, `SELECT readfile('x')`, `SELECT regexp('a', 'b')`, `SELECT 'a' REGEXP 'b'`, "SELECT median(1)", "SELECT percentile(1, 50)", `SELECT unistr('x')`, "SELECT iif(1, 2, 3), if(1, 2, 3)", `SELECT subtype('x')`, `SELECT json_pretty('{}')`, `SELECT json_error_position('{')`, `SELECT json_array_insert('[]', '$[0]', 1)`),
  "schema": ({ ctx }) => each(ctx.storage.sql, `UPDATE sqlite_master SET name = 'x'`, "DELETE FROM sqlite_schema", "INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)", "DROP TABLE sqlite_master", "CREATE TABLE t (n); SELECT name FROM sqlite_master", "CREATE INDEX i ON sqlite_master (name)", "ALTER TABLE sqlite_master ADD COLUMN x"),
});
