// Section 6.1: what asking a class of the key-value backend for SQL says, with its objects on a disk.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, disk: true }, {
  "sql": ({ ctx }) => ctx.storage.sql.exec("SELECT 1"),
  "databaseSize": ({ ctx }) => ctx.storage.sql.databaseSize,
  "the sql property": ({ ctx }) => typeof ctx.storage.sql,
});
