// Section 6.4: limits of statements, values and the parser.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "columns": ({ ctx }) => { const { sql } = ctx.storage; const list = (count) => Array.from({ length: count }, (_, n) => "c" + n).join(); return [rows(sql, `CREATE TABLE a (${list(100)})`), rows(sql, `CREATE TABLE b (${list(101)})`), rows(sql, "SELECT " + Array(100).fill(1).join())?.[1]?.length, rows(sql, "SELECT " + Array(101).fill(1).join())]; },
  "text of a statement": ({ ctx }) => { const { sql } = ctx.storage; const text = (length) => "SELECT 1 --" + "x".repeat(length - 11); return [rows(sql, text(100_000)).length, rows(sql, text(100_001)), rows(sql, "SELECT 1;" + text(99_991)).length]; },
  "depth": ({ ctx }) => { const { sql } = ctx.storage; const nested = (depth) => "SELECT " + "(".repeat(depth) + "1" + ")".repeat(depth); const sum = (terms) => "SELECT " + Array(terms).fill(1).join("+"); return [rows(sql, nested(50)).length, rows(sql, nested(98)), rows(sql, sum(99))[1], rows(sql, sum(101)), rows(sql, "SELECT " + "-".repeat(101).split("").join(" ") + "1")]; },
  "compound selects": ({ ctx }) => { const { sql } = ctx.storage; const union = (count) => Array(count).fill("SELECT 1").join(" UNION ALL "); const values = (count) => "VALUES " + Array(count).fill("(1)").join(); return [rows(sql, union(5)).length, rows(sql, union(6)), rows(sql, values(5)).length, rows(sql, values(60)).length]; },
  "arguments of functions": ({ ctx }) => { const { sql } = ctx.storage; const max = (count) => "SELECT max(" + Array(count).fill(1).join() + ")"; return [rows(sql, max(100)), rows(sql, max(127)), rows(sql, max(128))]; },
  "patterns": ({ ctx }) => { const { sql } = ctx.storage; const like = (length, operator) => rows(sql, `SELECT ? ${operator} ?`, "x", "x".repeat(length)); return [like(50, "LIKE"), like(51, "LIKE"), like(50, "GLOB"), like(51, "GLOB")]; },
  "sizes": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (v)"); const most = 4 * 1024 * 1024; return [rows(sql, "SELECT length(?)", "x".repeat(most)), rows(sql, "SELECT length(?)", "x".repeat(most + 1)), rows(sql, "SELECT length(?)", new Uint8Array(most + 1)), rows(sql, "SELECT length(zeroblob(4194305))"), rows(sql, "SELECT length(replace(hex(zeroblob(2000000)), '0', 'xx'))"), rows(sql, "INSERT INTO t VALUES (?)", "x".repeat(2 * 1024 * 1024)), rows(sql, "SELECT length(v) FROM t")]; },
  "triggers": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); PRAGMA recursive_triggers = ON; CREATE TRIGGER x AFTER INSERT ON t WHEN new.n < 20 BEGIN INSERT INTO t VALUES (new.n + 1); END"); return [rows(sql, "INSERT INTO t VALUES (12)"), rows(sql, "INSERT INTO t VALUES (5)"), rows(sql, "SELECT count(*) FROM t")]; },
  "joins": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); const join = (count) => "SELECT 1 FROM " + Array.from({ length: count }, (_, n) => "t AS t" + n).join(); return [rows(sql, join(64)), rows(sql, join(65))]; },
});
