// Section 6.4: what can be bound, and what everything else becomes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "strings and numbers": ({ ctx }) => ["", "text", "a\0b", "\u{1F600}", 0, -0, 1, 1.5, -7, 1e300, 2 ** 53, NaN, Infinity, -Infinity].map((value) => rows(ctx.storage.sql, "SELECT typeof(?1), ?1, quote(?1)", value)[1]),
  "nothing": ({ ctx }) => [null, undefined].map((value) => rows(ctx.storage.sql, "SELECT typeof(?1), ?1", value)[1]),
  "bytes": ({ ctx }) => [new ArrayBuffer(3), new ArrayBuffer(0), new Uint8Array([1, 2, 3]).subarray(1), new Uint16Array([258]), new Float64Array(1), new DataView(new ArrayBuffer(4), 1, 2), new Uint8Array(0)].map((value) => rows(ctx.storage.sql, "SELECT typeof(?1), ?1, quote(?1)", value)[1]),
  "coerced": ({ ctx }) => [true, false, new Date(0).toISOString(), {}, [], [1, [2]], new String("s"), new Number(3), new Boolean(false), /x/g, { toString: () => "ts" }, { valueOf: () => 4 }].map((value) => rows(ctx.storage.sql, "SELECT typeof(?1), ?1", value)[1]),
  "refused": ({ ctx }) => [5n, Symbol("x"), { toString() { throw new RangeError("mine"); } }].map((value) => rows(ctx.storage.sql, "SELECT ?1", value)),
  "affinity": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (i INTEGER, r REAL, t TEXT, b BLOB, n NUMERIC, x)"); for (const value of [1, 1.5, "2", "2.5", "x", true]) sql.exec("INSERT INTO t VALUES (?1, ?1, ?1, ?1, ?1, ?1)", value); return rows(sql, "SELECT *, typeof(i), typeof(r), typeof(t), typeof(b), typeof(n), typeof(x) FROM t"); },
  "a changed buffer": ({ ctx }) => { const { sql } = ctx.storage; const bytes = new Uint8Array([1, 2, 3]); const cursor = sql.exec("SELECT ?1 AS b UNION ALL SELECT ?1", bytes); const first = cursor.next().value.b; first && new Uint8Array(first).fill(9); return [bytes, cursor.toArray()]; },
});
