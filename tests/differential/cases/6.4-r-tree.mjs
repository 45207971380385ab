// Section 6.4: R-trees.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: `
const rows = (sql, text, ...bindings) => { try { const cursor = sql.exec(text, ...bindings); return [cursor.columnNames, ...cursor.raw()]; } catch (error) { return error; } };
const each = (sql, ...texts) => texts.map((text) => rows(sql, text));
`,
}, {
  "ranges": ({ ctx }) => each(ctx.storage.sql, "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, y0, y1, +label TEXT)", `INSERT INTO r VALUES (1, 0, 1, 0, 1, 'a'), (2, 5, 6, 5, 6, 'b'), (3, 0.5, 5.5, 0.5, 5.5, 'c')`, "SELECT id, label FROM r WHERE x0 >= 0 AND x1 <= 3", "SELECT id FROM r WHERE x1 > 5 ORDER BY id", "UPDATE r SET x0 = 4 WHERE id = 1", "UPDATE r SET x0 = 0.25 WHERE id = 1", "SELECT x0, typeof(x0) FROM r WHERE id = 1", "DELETE FROM r WHERE id = 2", "SELECT count(*) FROM r", "SELECT name FROM sqlite_master ORDER BY name", `SELECT rtreecheck('r')`),
  "whole numbers": ({ ctx }) => each(ctx.storage.sql, "CREATE VIRTUAL TABLE r USING rtree_i32(id, x0, x1)", "INSERT INTO r VALUES (1, 1.9, 7.9)", "SELECT * FROM r", "INSERT INTO r VALUES (1, 0, 0)", "INSERT INTO r VALUES (2, 5, 1)"),
  "wrong": ({ ctx }) => each(ctx.storage.sql, "CREATE VIRTUAL TABLE r USING rtree(id)", "CREATE VIRTUAL TABLE r USING rtree(id, x0)", "CREATE VIRTUAL TABLE r USING geopoly(a)", `SELECT rtreenode(2, x'00')`, `SELECT rtreedepth(x'0000')`),
});
