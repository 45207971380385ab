// Section 6.4: constructors and methods used on the wrong thing.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "constructors": ({ ctx }) => { const { sql } = ctx.storage; const out = []; for (const work of [() => new sql.Cursor(), () => new sql.constructor(), () => new sql.Statement(), () => new (sql.exec("SELECT 1").raw().constructor)()]) { try { out.push(work()); } catch (error) { out.push(error); } } return out; },
  "wrong this": ({ ctx }) => { const { sql } = ctx.storage; const P = Object.getPrototypeOf; const cursor = sql.exec("SELECT 1"); const getter = (object, name) => Object.getOwnPropertyDescriptor(P(object), name).get; const out = []; for (const work of [() => sql.exec.call({}, "SELECT 1"), () => sql.exec.call(cursor, "SELECT 1"), () => cursor.next.call({}), () => cursor.toArray.call(sql), () => cursor.one.call(null), () => cursor.raw.call({}), () => P(cursor)[Symbol.iterator].call({}), () => getter(sql, "databaseSize").call({}), () => getter(cursor, "columnNames").call({}), () => getter(cursor, "rowsRead").call(sql), () => cursor.raw().next.call({})]) { try { out.push(work()); } catch (error) { out.push(error); } } return out; },
  "arguments": ({ ctx }) => { const { sql } = ctx.storage; const out = []; for (const query of [undefined, null, 5, "SELECT 1", new String("SELECT 2"), { toString: () => "SELECT 3" }, Symbol("x"), ["SELECT 4"]]) { try { out.push(sql.exec(query).toArray()); } catch (error) { out.push(error); } } try { sql.exec(); } catch (error) { out.push(error); } return out; },
  "cloned": ({ ctx }) => { const out = []; for (const value of [ctx.storage.sql, ctx.storage.sql.exec("SELECT 1")]) { try { out.push(structuredClone(value)); } catch (error) { out.push(error); } } return out; },
});
