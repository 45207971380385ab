// Section 6.2: what transaction() takes.
import { probes } from "../probes.mjs";

export const { config, worker, client } = probes({ inObject: true, sqlite: true }, {
  "nothing": ({ ctx }) => ctx.storage.transaction(),
  "a number": ({ ctx }) => ctx.storage.transaction(5),
  "an object": ({ ctx }) => ctx.storage.transaction({}),
  "options": ({ ctx }) => ctx.storage.transaction(async (txn) => { await txn.put("a", 1); return txn.get("a"); }, { lowPriority: true }),
  "what the closure gets": ({ ctx }) => ctx.storage.transaction(function (...given) { return [given.length, given[0].constructor.name, this === undefined]; }),
  "a thenable": ({ ctx }) => ctx.storage.transaction(() => ({ then: (resolve) => resolve("later") })),
});
