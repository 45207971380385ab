// Section 6.4: next, toArray, one, raw and iteration, and their shared position.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "next": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS n UNION ALL SELECT 2"); return [cursor.next(), cursor.next(), cursor.next(), cursor.next(), Object.keys(cursor.next())]; },
  "toArray": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3"); cursor.next(); return [cursor.toArray(), cursor.toArray()]; },
  "one": ({ ctx }) => { const { sql } = ctx.storage; const out = []; for (const text of ["SELECT 1 AS n", "SELECT 1 AS n WHERE 0", "SELECT 1 AS n UNION ALL SELECT 2"]) { const cursor = sql.exec(text); try { out.push(cursor.one()); } catch (error) { out.push(error); } try { out.push(cursor.one()); } catch (error) { out.push(error); } out.push([...cursor]); } return out; },
  "raw": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS a, 2 AS a UNION ALL SELECT 3, 4 UNION ALL SELECT 5, 6"); const raw = cursor.raw(); return [raw.next(), cursor.next(), cursor.raw().next(), raw.next(), Object.keys(raw.next())]; },
  "iteration": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3"); const seen = []; for (const row of cursor) { seen.push(row); if (row.n === 2) break; } return [seen, [...cursor], [...cursor.raw()]]; },
  "helpers": ({ ctx }) => { const { sql } = ctx.storage; const numbers = () => sql.exec("WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r LIMIT 6) SELECT n FROM r"); return [numbers().raw().map(([n]) => n * 2).toArray(), numbers()[Symbol.iterator]().filter((row) => row.n > 4).toArray(), numbers().raw().take(2).toArray(), Array.from(numbers(), (row) => row.n), Object.fromEntries(numbers().raw().map(([n]) => [n, n]))]; },
  "destructuring": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3"); const [first] = cursor; return [first, cursor.toArray()]; },
  "fresh rows": ({ ctx }) => { const cursor = ctx.storage.sql.exec("SELECT 1 AS n UNION ALL SELECT 1"); const a = cursor.next().value, b = cursor.next().value; a.n = 5; return [a === b, b]; },
});
