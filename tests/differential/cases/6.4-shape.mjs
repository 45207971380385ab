// Section 6.4: what storage.sql, its cursors and their iterators look like.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({
  inObject: true,
  sqlite: true,
  prelude: "",
}, {
  "members": ({ ctx }) => { const { sql } = ctx.storage; const P = Object.getPrototypeOf; const cursor = sql.exec("SELECT 1"); const of = (one) => [Object.keys(P(one)), Object.keys(one), String(one), P(one).constructor.name, P(one).constructor.length]; return [of(sql), of(cursor), of(cursor.raw()), of(cursor[Symbol.iterator]())].map((one) => [one[0].sort(), ...one.slice(1)]); },
  "descriptors": ({ ctx }) => { const { sql } = ctx.storage; const P = Object.getPrototypeOf; const shown = (object, name) => { const d = Object.getOwnPropertyDescriptor(object, name); return [name, d.enumerable, d.configurable, d.writable, typeof d.value, typeof d.get, typeof d.set, d.value?.length]; }; const cursor = sql.exec("SELECT 1"); return [...["exec", "databaseSize", "Cursor", "Statement"].map((name) => shown(P(sql), name)), ...["next", "toArray", "one", "raw", "columnNames", "rowsRead", "rowsWritten"].map((name) => shown(P(cursor), name))]; },
  "classes": ({ ctx }) => { const { sql } = ctx.storage; const cursor = sql.exec("SELECT 1"); return [cursor instanceof sql.Cursor, sql.Cursor.name, sql.Statement.name, sql.Cursor === Object.getPrototypeOf(cursor).constructor, ctx.storage.sql === sql, typeof globalThis.SqlStorage]; },
  "iterators": ({ ctx }) => { const { sql } = ctx.storage; const P = Object.getPrototypeOf; const cursor = sql.exec("SELECT 1"); const raw = cursor.raw(), plain = cursor[Symbol.iterator](); return [P(P(raw)) === Iterator.prototype, P(P(plain)) === Iterator.prototype, raw[Symbol.iterator]() === raw, plain[Symbol.iterator]() === plain, "return" in raw, "throw" in plain, raw instanceof Iterator]; },
});
