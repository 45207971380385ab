// Section 6.4: a write that returns rows which the program does not read before the event ends.
import { probes } from "../probes.mjs";

export const differs = "workerd cannot commit while such a statement is under way, and resets the object; all it writes is written before its first row";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "one row": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); const cursor = sql.exec("INSERT INTO t VALUES (1) RETURNING n"); await scheduler.wait(5); return [cursor.toArray(), sql.exec("SELECT count(*) AS n FROM t").one()]; },
});
