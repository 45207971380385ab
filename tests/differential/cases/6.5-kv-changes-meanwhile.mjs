// Section 6.5: writing while a list is read.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true, prelude: `const fill = (kv) => { for (const key of ["a", "b", "c", "d"]) kv.put(key, 1); return kv; };` }, {
  "deleting what was read": ({ ctx: { storage: { kv } } }) => { const seen = []; for (const [key] of fill(kv).list()) { seen.push(key); kv.delete(key); } return [seen, [...kv.list()]]; },
  "deleting what comes": ({ ctx: { storage: { kv } } }) => { const seen = []; for (const [key] of fill(kv).list()) { seen.push(key); kv.delete("c"); } return seen; },
  "writing what comes": ({ ctx: { storage: { kv } } }) => { const seen = []; for (const [key, value] of fill(kv).list()) { seen.push([key, value]); kv.put("d", 9); } return seen; },
  "in a transaction": ({ ctx: { storage } }) => { const { kv } = storage; fill(kv); storage.transactionSync(() => { for (const [key] of kv.list()) kv.delete(key); }); return [...kv.list()]; },
});
