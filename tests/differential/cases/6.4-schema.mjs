// Section 6.4: sqlite_master and the words of a schema.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "its text": ({ ctx }) => each(ctx.storage.sql, "CREATE  TABLE  Users ( Id  INTEGER PRIMARY KEY , Name TEXT )", `CREATE UNIQUE INDEX "by name" ON Users (Name COLLATE NOCASE)`, "SELECT type, name, tbl_name, sql FROM sqlite_master", `SELECT name FROM sqlite_schema WHERE type = 'index'`, "SELECT NAME FROM users", `INSERT INTO USERS (NAME) VALUES ('x')`, "SELECT * FROM users"),
  "if exists": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE IF NOT EXISTS t (a)", "CREATE TABLE IF NOT EXISTS t (a, b)", "DROP TABLE IF EXISTS none", "DROP TABLE IF EXISTS t", "CREATE INDEX IF NOT EXISTS i ON t (a)", "CREATE TABLE t (a); CREATE INDEX IF NOT EXISTS i ON t (a); CREATE INDEX IF NOT EXISTS i ON t (a)", "SELECT name FROM sqlite_master"),
  "quotes": ({ ctx }) => each(ctx.storage.sql, `CREATE TABLE "select" ([from] TEXT, \`where\` TEXT, "a""b" TEXT)`, `INSERT INTO "select" VALUES ('1', '2', '3')`, `SELECT * FROM "select"`, `SELECT "not a column"`, `SELECT 'x' AS "y", "from" FROM "select"`),
  "collations": ({ ctx }) => each(ctx.storage.sql, `SELECT 'a' = 'A' COLLATE NOCASE, 'a ' = 'a' COLLATE RTRIM, 'a' < 'B', 'a' < 'B' COLLATE NOCASE`, `SELECT x FROM (SELECT 'b' AS x UNION ALL SELECT 'A' UNION ALL SELECT 'ä') ORDER BY x`, `SELECT x FROM (SELECT 'b' AS x UNION ALL SELECT 'A' UNION ALL SELECT 'B') ORDER BY x COLLATE NOCASE DESC`),
});
