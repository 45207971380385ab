// Section 6.4: savepoints of transactionSync around SQL.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "nested": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n)"); const all = () => sql.exec("SELECT n FROM t").raw().toArray().flat(); const seen = []; ctx.storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (1)"); try { ctx.storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (2)"); seen.push(all()); throw new Error("inner"); }); } catch (error) { seen.push(error.message, all()); } ctx.storage.transactionSync(() => sql.exec("INSERT INTO t VALUES (3)")); }); return [...seen, all()]; },
  "schema rolled back": ({ ctx }) => { const { sql } = ctx.storage; try { ctx.storage.transactionSync(() => { sql.exec("CREATE TABLE t (n)"); sql.exec("INSERT INTO t VALUES (1)"); sql.exec("SELECT * FROM nothing"); }); } catch (error) { return [error, sql.exec("SELECT name FROM sqlite_master").toArray()]; } },
  "an error inside": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n UNIQUE)"); const result = ctx.storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (1)"); try { sql.exec("INSERT INTO t VALUES (2), (1)"); } catch (error) { return error.message; } }); return [result, sql.exec("SELECT n FROM t").toArray()]; },
  "OR ROLLBACK": ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE t (n UNIQUE); INSERT INTO t VALUES (1)"); const out = []; try { sql.exec("INSERT OR FAIL INTO t VALUES (2), (1), (3)"); } catch (error) { out.push(error); } try { sql.exec("INSERT OR ABORT INTO t VALUES (4), (1)"); } catch (error) { out.push(error); } return [...out, sql.exec("SELECT n FROM t").toArray()]; },
  "switches inside": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)"); await scheduler.wait(5); const one = (name) => sql.exec("PRAGMA " + name).one()[name]; const seen = []; ctx.storage.transactionSync(() => { sql.exec("PRAGMA foreign_keys = OFF"); seen.push(one("foreign_keys")); sql.exec("PRAGMA defer_foreign_keys = ON"); sql.exec("SELECT * FROM p").toArray(); seen.push(one("defer_foreign_keys")); sql.exec("INSERT INTO c VALUES (1)"); sql.exec("INSERT INTO p VALUES (1)"); }); await scheduler.wait(5); return [...seen, one("foreign_keys"), one("defer_foreign_keys")]; },
  "switches outside": async ({ ctx }) => { const { sql } = ctx.storage; sql.exec("CREATE TABLE p (id INTEGER PRIMARY KEY)"); await scheduler.wait(5); const one = (name) => sql.exec("PRAGMA " + name).one()[name]; sql.exec("PRAGMA defer_foreign_keys = ON"); const seen = [one("defer_foreign_keys")]; sql.exec("SELECT * FROM p").toArray(); seen.push(one("defer_foreign_keys")); sql.exec("PRAGMA foreign_keys = OFF"); seen.push(one("foreign_keys")); await scheduler.wait(5); seen.push(one("foreign_keys")); return seen; },
});
