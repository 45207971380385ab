// Section 6.4: errors of constraints, with the names of their codes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "unique and keys": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a PRIMARY KEY, b UNIQUE, c NOT NULL, UNIQUE (b, c))", "INSERT INTO t VALUES (1, 1, 1)", "INSERT INTO t VALUES (1, 2, 2)", "INSERT INTO t VALUES (2, 1, 2)", "INSERT INTO t VALUES (2, 2, NULL)", "INSERT OR IGNORE INTO t VALUES (1, 1, 1)", "INSERT OR REPLACE INTO t VALUES (1, 9, 9)", "SELECT * FROM t", "CREATE TABLE r (id INTEGER PRIMARY KEY)", "INSERT INTO r VALUES (1)", "INSERT INTO r VALUES (1)", `INSERT INTO r VALUES ('x')`, "UPDATE r SET id = NULL"),
  "checks": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a CHECK (a > 0), b CONSTRAINT positive CHECK (b > 0))", "INSERT INTO t VALUES (0, 1)", "INSERT INTO t VALUES (1, 0)", "PRAGMA ignore_check_constraints = ON", "INSERT INTO t VALUES (0, 0)", "PRAGMA ignore_check_constraints = OFF", "PRAGMA quick_check", "INSERT INTO t VALUES (0, 0)"),
  "strict": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (i INTEGER, t TEXT, b BLOB, r REAL, a ANY) STRICT", `INSERT INTO t VALUES (1, 'x', x'00', 1.5, 'any')`, `INSERT INTO t (i) VALUES ('x')`, `INSERT INTO t (t) VALUES (x'00')`, "INSERT INTO t (b) VALUES (1)", `INSERT INTO t (r) VALUES ('y')`, "SELECT typeof(a), typeof(r) FROM t"),
  "triggers": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a)", `CREATE TRIGGER x BEFORE INSERT ON t BEGIN SELECT CASE WHEN new.a < 0 THEN RAISE(ABORT, 'too small') WHEN new.a > 9 THEN RAISE(FAIL, 'too large') WHEN new.a = 5 THEN RAISE(IGNORE) WHEN new.a = 6 THEN RAISE(ROLLBACK, 'back') END; END`, "INSERT INTO t VALUES (-1)", "INSERT INTO t VALUES (1), (10), (2)", "INSERT INTO t VALUES (5)", "SELECT a FROM t"),
  "generated and default": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (a DEFAULT 5, b AS (a * 2), c AS (a * 3) STORED, d DEFAULT (abs(-7)), e DEFAULT CURRENT_DATE)", "INSERT INTO t (a) VALUES (1)", "INSERT INTO t DEFAULT VALUES", "INSERT INTO t (b) VALUES (1)", "UPDATE t SET c = 1", "SELECT a, b, c, d, length(e) FROM t"),
  "numbers": ({ ctx }) => each(ctx.storage.sql, "SELECT abs(-9223372036854775808)", "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1)", `SELECT json('{')`, `SELECT json_extract('{}', 'x')`, `SELECT 'a' LIKE 'b' ESCAPE 'xy'`, "SELECT zeroblob(-1)", "SELECT char(1114112)", `SELECT printf('%d', 'x')`),
});
