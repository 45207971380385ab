// Section 6.5: transactionSync() commits what its callback returns from and undoes what it throws out of.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "a value": ({ ctx: { storage } }) => storage.transactionSync(() => ({ n: 1 })),
  "nothing": ({ ctx: { storage } }) => storage.transactionSync(() => {}),
  "commit": ({ ctx: { storage } }) => { storage.transactionSync(() => { storage.kv.put("a", 1); storage.sql.exec("CREATE TABLE t (x)"); }); return [...storage.kv.list()]; },
  "thrown": ({ ctx: { storage }, note }) => { storage.kv.put("a", 1); try { storage.transactionSync(() => { storage.kv.put("a", 2); storage.kv.put("b", 1); throw new RangeError("mine"); }); } catch (error) { note(error); } return [...storage.kv.list()]; },
  "the same error": ({ ctx: { storage } }) => { const mine = {}; try { storage.transactionSync(() => { throw mine; }); } catch (error) { return error === mine; } },
  "sql": ({ ctx: { storage } }) => { storage.sql.exec("CREATE TABLE t (x)"); try { storage.transactionSync(() => { storage.sql.exec("INSERT INTO t VALUES (1)"); throw 1; }); } catch {} storage.transactionSync(() => storage.sql.exec("INSERT INTO t VALUES (2)")); return storage.sql.exec("SELECT x FROM t").toArray(); },
  "tables": ({ ctx: { storage } }) => { try { storage.transactionSync(() => { storage.sql.exec("CREATE TABLE t (x)"); throw 1; }); } catch {} return storage.sql.exec("SELECT count(*) AS n FROM sqlite_master WHERE name = 't'").one(); },
  "an error of SQL inside": ({ ctx: { storage }, note }) => { try { storage.transactionSync(() => { storage.kv.put("a", 1); storage.sql.exec("SELECT missing"); }); } catch (error) { note(error); } return [...storage.kv.list()]; },
  "an error of SQL inside, caught": ({ ctx: { storage } }) => { storage.transactionSync(() => { storage.kv.put("a", 1); try { storage.sql.exec("SELECT missing"); } catch {} }); return [...storage.kv.list()]; },
  "what a put() without await writes": async ({ ctx: { storage } }) => { try { storage.transactionSync(() => { storage.put("a", 1); throw 1; }); } catch {} return storage.list(); },
  "reads inside": ({ ctx: { storage } }) => storage.transactionSync(() => { storage.kv.put("a", 1); return [storage.kv.get("a"), [...storage.kv.list()]]; }),
  "the object stays": ({ ctx: { storage }, self }) => { self.kept = 1; try { storage.transactionSync(() => { throw 1; }); } catch { self.kept++; } return self.kept; },
});
