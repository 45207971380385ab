// Section 6.4: a cursor outlives the turn, the commit and other statements.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "the next turn": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const cursor = sql.exec("SELECT n FROM t"); cursor.next(); await scheduler.wait(5); sql.exec("INSERT INTO t VALUES (4)"); await scheduler.wait(5); return cursor.toArray(); },
  "many turns": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const seen = []; for (const { n } of sql.exec("SELECT n FROM t")) { seen.push(n); await scheduler.wait(1); if (n < 5) sql.exec("INSERT INTO t VALUES (?)", n + 3); await ctx.storage.sync(); } return seen; },
  "many open": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2)"); const open = Array.from({ length: 50 }, (_, n) => sql.exec("SELECT n + " + (n % 7) + " AS n FROM t")); open.forEach((cursor) => cursor.next()); await scheduler.wait(5); return open.map((cursor) => cursor.toArray()[0].n).join(); },
  "a write that returns and was read": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); const cursor = sql.exec("INSERT INTO t VALUES (1), (2), (3) RETURNING n"); const all = cursor.toArray(); await scheduler.wait(5); return [all, cursor.next(), sql.exec("SELECT count(*) AS n FROM t").one()]; },
  "after a transaction": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n); INSERT INTO t VALUES (1), (2), (3)"); const cursor = sql.exec("SELECT n FROM t"); cursor.next(); await ctx.storage.transaction(async () => { sql.exec("INSERT INTO t VALUES (4)"); await scheduler.wait(1); }); return cursor.toArray(); },
});
