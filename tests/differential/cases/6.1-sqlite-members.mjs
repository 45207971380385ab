// Section 6.1: the objects behind `storage.kv` and `storage.sql`, as objects.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "kv": ({ ctx }) => [Object.prototype.toString.call(ctx.storage.kv), ctx.storage.kv.constructor.name, ctx.storage.kv === ctx.storage.kv],
  "sql": ({ ctx }) => [Object.prototype.toString.call(ctx.storage.sql), ctx.storage.sql.constructor.name, ctx.storage.sql === ctx.storage.sql],
  "kv methods": ({ ctx }) => ["get", "put", "delete", "list"].map((name) => typeof ctx.storage.kv[name]),
  "transaction object": ({ ctx }) => ctx.storage.transaction(async (txn) => [Object.prototype.toString.call(txn), ["get", "put", "delete", "list", "deleteAll", "getAlarm", "setAlarm", "deleteAlarm", "rollback", "sync", "sql", "kv"].map((name) => typeof txn[name])]),
});
