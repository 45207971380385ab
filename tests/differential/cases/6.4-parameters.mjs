// Section 6.4: how many parameters a statement has and how they are named.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "counts": ({ ctx }) => { const { sql } = ctx.storage; return [rows(sql, "SELECT ?"), rows(sql, "SELECT ?", 1, 2), rows(sql, "SELECT 1", 1), rows(sql, "SELECT ?, ?", 1), rows(sql, "SELECT ?, ?", 1, 2), rows(sql, "SELECT ?2", 1, 2), rows(sql, "SELECT ?3, ?1", 1, 2, 3)]; },
  "names": ({ ctx }) => { const { sql } = ctx.storage; return [rows(sql, "SELECT :a, @b, $c, :a", 1, 2, 3), rows(sql, "SELECT :a", 1, 2)]; },
  "most": ({ ctx }) => { const { sql } = ctx.storage; const hundred = Array.from({ length: 100 }, (_, n) => n); return [rows(sql, "SELECT " + hundred.map(() => "?").join(" + "), ...hundred), rows(sql, "SELECT 1 IN (" + [...hundred, 1].map(() => "?").join() + ")", ...hundred, 1), rows(sql, "SELECT ?101", 1), rows(sql, "SELECT ?0", 1)]; },
  "in text": ({ ctx }) => [rows(ctx.storage.sql, "SELECT '?'"), rows(ctx.storage.sql, "SELECT '?', ?", 1), rows(ctx.storage.sql, "SELECT 1 -- ?"), rows(ctx.storage.sql, "SELECT ?1 || ?1", "x")],
});
