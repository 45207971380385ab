// Section 6.4: statements that begin and end transactions are refused.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "each": ({ ctx }) => each(ctx.storage.sql, "BEGIN", "BEGIN TRANSACTION", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE TRANSACTION", "COMMIT", "END", "END TRANSACTION", "ROLLBACK", "ROLLBACK TO x", "SAVEPOINT x", "RELEASE x", "RELEASE SAVEPOINT x", "  begin;"),
  "among others": ({ ctx }) => each(ctx.storage.sql, "CREATE TABLE t (n); BEGIN; INSERT INTO t VALUES (1)", "SELECT name FROM sqlite_master", "SELECT 1; COMMIT", "EXPLAIN BEGIN"),
  "inside transactionSync": ({ ctx }) => { const { sql } = ctx.storage; return ctx.storage.transactionSync(() => each(sql, "BEGIN", "COMMIT", "SAVEPOINT x", "CREATE TABLE t (n)", "SELECT name FROM sqlite_master")); },
});
