// Section 6.5: transactionSync() within transactionSync().
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true, prelude: `const attempt = (run) => { try { return run(); } catch (error) { return "caught " + error; } };` }, {
  "both commit": ({ ctx: { storage } }) => { storage.transactionSync(() => { storage.kv.put("a", 1); storage.transactionSync(() => storage.kv.put("b", 2)); storage.kv.put("c", 3); }); return [...storage.kv.list()]; },
  "inner throws": ({ ctx: { storage } }) => { storage.transactionSync(() => { storage.kv.put("a", 1); attempt(() => storage.transactionSync(() => { storage.kv.put("b", 2); throw 1; })); storage.kv.put("c", 3); }); return [...storage.kv.list()]; },
  "outer throws": ({ ctx: { storage } }) => { attempt(() => storage.transactionSync(() => { storage.transactionSync(() => storage.kv.put("b", 2)); throw 1; })); return [...storage.kv.list()]; },
  "inner throws through": ({ ctx: { storage } }) => { const answer = attempt(() => storage.transactionSync(() => { storage.kv.put("a", 1); storage.transactionSync(() => { throw "deep"; }); })); return [answer, [...storage.kv.list()]]; },
  "the same key on every level": ({ ctx: { storage } }) => { const { kv } = storage; const seen = []; kv.put("k", 0); storage.transactionSync(() => { kv.put("k", 1); attempt(() => storage.transactionSync(() => { kv.put("k", 2); attempt(() => storage.transactionSync(() => { kv.put("k", 3); throw 1; })); seen.push(kv.get("k")); throw 1; })); seen.push(kv.get("k")); }); seen.push(kv.get("k")); return seen; },
  "fifty levels": ({ ctx: { storage } }) => { const down = (level) => storage.transactionSync(() => { storage.kv.put("k" + level, level); return level === 50 ? level : down(level + 1); }); return [down(1), [...storage.kv.list()].length]; },
  "one after the other": ({ ctx: { storage } }) => { for (let n = 0; n < 5; n++) attempt(() => storage.transactionSync(() => { storage.kv.put("k" + n, n); if (n % 2) throw 1; })); return [...storage.kv.list()]; },
});
