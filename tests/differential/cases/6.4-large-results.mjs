// Section 6.4: many rows and large values.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "rows": ({ ctx }) => { const { sql } = ctx.storage; const text = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 20000) SELECT n, n * 2 AS d, 'row ' || n AS t FROM r"; const all = sql.exec(text).toArray(); let sum = 0; for (const row of sql.exec(text)) sum += row.d; let raw = 0; for (const [n] of sql.exec(text).raw()) raw += n; return [all.length, all[12345], all.at(-1), sum, raw]; },
  "columns": ({ ctx }) => { const text = "SELECT " + Array.from({ length: 100 }, (_, n) => `${n} AS c${n}`).join() + " UNION ALL SELECT " + Array.from({ length: 100 }, (_, n) => n + 100).join(); const all = ctx.storage.sql.exec(text).toArray(); return [all.length, Object.keys(all[0]).length, all[0].c99, all[1].c0, ctx.storage.sql.exec(text).raw().next().value.length]; },
  "values": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (v)"); sql.exec("INSERT INTO t VALUES (?), (?)", "\u00fc".repeat(500_000), new Uint8Array(1_500_000).fill(7)); const [text, bytes] = sql.exec("SELECT v FROM t").raw().toArray().flat(); return [text.length, text.at(-1), bytes.byteLength, new Uint8Array(bytes).at(-1)]; },
  "none": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (v)"); const cursor = sql.exec("SELECT * FROM t"); return [cursor.toArray(), [...cursor.raw()], cursor.next(), cursor.columnNames]; },
});
