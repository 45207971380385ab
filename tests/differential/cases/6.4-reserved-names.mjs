// Section 6.4: names that begin with _cf_ belong to the platform.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "making": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE _cf_x (n)", "CREATE TABLE _CF_x (n)", `CREATE TABLE "_cf_x" (n)`, "CREATE TABLE [_Cf_x] (n)", "CREATE VIEW _cf_v AS SELECT 1", "CREATE TABLE t (n)", "CREATE INDEX _cf_i ON t (n)", "CREATE TRIGGER _cf_t AFTER INSERT ON t BEGIN SELECT 1; END", "CREATE VIRTUAL TABLE _cf_f USING fts5(a)", "CREATE TABLE cf_x (n)", "CREATE TABLE _cfx (n)", "CREATE TABLE t2 (_cf_x)"),
  "renaming": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n)", "ALTER TABLE t RENAME TO _cf_t", `ALTER TABLE t RENAME TO "_CF_t"`, "ALTER TABLE t RENAME COLUMN n TO _cf_n", "ALTER TABLE t ADD COLUMN _cf_m", "SELECT * FROM t", "ALTER TABLE t RENAME TO u"),
  "the table of keys": async ({ ctx }) => { await ctx.storage.put("k", 1); return each(ctx.storage.sql, "SELECT * FROM _cf_KV", "SELECT count(*) FROM _cf_kv", "INSERT INTO _cf_KV VALUES (1, 2)", "DELETE FROM _CF_KV", "DROP TABLE _cf_KV", "UPDATE _cf_KV SET value = 1", "CREATE INDEX i ON _cf_KV (value)", "CREATE TRIGGER x AFTER INSERT ON _cf_KV BEGIN SELECT 1; END", "CREATE VIEW v AS SELECT * FROM _cf_KV", "SELECT * FROM v", "ALTER TABLE _cf_KV ADD COLUMN x", "PRAGMA table_info(_cf_KV)", "PRAGMA index_list(_cf_KV)", "SELECT * FROM pragma_table_info('_cf_KV')", "SELECT name, type FROM sqlite_master", "PRAGMA table_list"); },
  "through others": async ({ ctx }) => { await ctx.storage.put("k", 1); return each(ctx.storage.sql, "CREATE TABLE t (n)", "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM _cf_KV; END", "INSERT INTO t VALUES (1)", "SELECT (SELECT count(*) FROM _cf_KV)", "INSERT INTO t SELECT key FROM _cf_KV", "CREATE TABLE c AS SELECT * FROM _cf_KV", "WITH k AS (SELECT * FROM _cf_KV) SELECT 1 FROM k", "REINDEX _cf_KV", "ANALYZE _cf_KV"); },
});
