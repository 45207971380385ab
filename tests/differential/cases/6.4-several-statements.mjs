// Section 6.4: several statements in one call.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "in order": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n); INSERT INTO t VALUES (1), (2); SELECT count(*) FROM t", "SELECT 1; SELECT 2", "INSERT INTO t VALUES (3); INSERT INTO t VALUES (4);", "SELECT n FROM t"),
  "parameters": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); return [rows(sql, "INSERT INTO t VALUES (1); INSERT INTO t VALUES (?)", 2), rows(sql, "INSERT INTO t VALUES (?); SELECT 1", 3), rows(sql, "INSERT INTO t VALUES (4); SELECT ?"), rows(sql, "SELECT n FROM t")]; },
  "one fails": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n UNIQUE); INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)", "SELECT n FROM t", "INSERT INTO t VALUES (7); SELECT nonsense FROM t", "SELECT n FROM t", "INSERT INTO t VALUES (8); SYNTAX", "SELECT n FROM t"),
  "again": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); const text = "INSERT INTO t VALUES (1); SELECT count(*) AS n FROM t"; return [1, 2, 3].map(() => sql.exec(text).one().n); },
  "triggers": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n); CREATE TABLE log (n); CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); INSERT INTO log VALUES (-new.n); END; INSERT INTO t VALUES (5); SELECT n FROM log"),
  "semicolons": ({ ctx }) => each(ctx.storage.sql, "; SELECT 1", "SELECT 1;;", "SELECT 1; ;SELECT 2", "SELECT 1; \n\t ", `SELECT ';'; SELECT ';;'`, "SELECT 1; -- the end", "SELECT 1; /* the end */", "SELECT 1 /* ; */ + 1", "-- SELECT 1\nSELECT 2"),
  "nothing": ({ ctx }) => each(ctx.storage.sql, "", ";", " ", "-- nothing", "/* nothing", "SELECT 1; SELECT"),
});
