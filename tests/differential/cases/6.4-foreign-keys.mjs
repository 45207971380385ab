// Section 6.4: foreign keys: on by default, deferred, off, and a commit that violates them.
const prelude = `
const attempt = (work) => { try { return work() ?? "ok"; } catch (error) { return error.name + ": " + error.message; } };
`;

export const config = { sqlite: true, classes: { OBJECT: "Keys" } };

export const worker = `${prelude}
export class Keys {
  constructor(state) { this.storage = state.storage; this.sql = state.storage.sql; }
  async fetch(request) {
    const { sql, storage } = this;
    const note = [];
    const count = () => sql.exec("SELECT count(*) AS n FROM child").one().n;
    sql.exec("CREATE TABLE IF NOT EXISTS parent (id INTEGER PRIMARY KEY); CREATE TABLE IF NOT EXISTS child (id INTEGER PRIMARY KEY, parent REFERENCES parent (id) ON DELETE RESTRICT, later INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
    await scheduler.wait(1);
    switch (new URL(request.url).pathname) {
      case "/immediate":
        note.push(sql.exec("PRAGMA foreign_keys").one().foreign_keys, attempt(() => { sql.exec("INSERT INTO child (parent) VALUES (5)"); }), count());
        sql.exec("INSERT INTO parent VALUES (5)");
        sql.exec("INSERT INTO child (parent) VALUES (5)");
        note.push(attempt(() => { sql.exec("DELETE FROM parent WHERE id = 5"); }), attempt(() => { sql.exec("DROP TABLE parent"); }), count());
        break;
      case "/in-order-at-last":
        storage.transactionSync(() => { sql.exec("PRAGMA defer_foreign_keys = ON"); sql.exec("INSERT INTO child (parent) VALUES (6)"); sql.exec("INSERT INTO parent VALUES (6)"); });
        sql.exec("INSERT INTO child (later) VALUES (7)");
        sql.exec("INSERT INTO parent VALUES (7)");
        await storage.sync();
        note.push(count());
        break;
      case "/off":
        sql.exec("PRAGMA foreign_keys = OFF");
        sql.exec("INSERT INTO child (parent) VALUES (99)");
        await storage.sync();
        note.push(sql.exec("PRAGMA foreign_key_check").toArray(), sql.exec("PRAGMA foreign_key_check(child)").toArray(), sql.exec("PRAGMA foreign_key_list(child)").toArray());
        sql.exec("DELETE FROM child WHERE parent = 99");
        await storage.sync();
        sql.exec("PRAGMA foreign_keys = ON");
        note.push(sql.exec("PRAGMA foreign_key_check").toArray());
        break;
      case "/violated":
        sql.exec("INSERT INTO child (later) VALUES (1000)");
        note.push(count());
        break;
      case "/violated-and-awaited":
        sql.exec("INSERT INTO child (later) VALUES (1000)");
        await storage.sync().catch((error) => note.push(error.message));
        break;
      case "/count":
        note.push(count());
    }
    return Response.json(note);
  }
}
export default {
  async fetch(request, env) {
    try {
      return await env.OBJECT.get(env.OBJECT.idFromName("one")).fetch(request);
    } catch (error) {
      return new Response([error.name, error.message, error.remote, error.durableObjectReset, error.retryable].join(" | "));
    }
  }
};
`;

export async function client(t) {
  for (const path of ["/immediate", "/in-order-at-last", "/off", "/count", "/violated", "/count", "/violated-and-awaited", "/count"]) await t.fetch(path);
}
