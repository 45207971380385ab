// An object's storage as a model, and the question a crash asks: can what is there now be explained by what was promised?
// Pure, and loaded by the Workers of crash.test.mjs too. A value is any JSON value, an operation `{ kind, … }`.
//
// A state is a Map: keys of the key-value API as they are, rows of the table under `sql:`, the alarm under `alarm:`. Both
// sort behind every key the tests use.

const isKey = (key) => !key.includes(":");

const sorted = (state) => [...state.keys()].sort().map((key) => [key, state.get(key)]);

const listed = (state, { prefix = "", start = "", end, reverse = false, limit = Infinity } = {}) => {
  const keys = [...state.keys()].filter((key) => isKey(key) && key.startsWith(prefix) && key >= start && (end === undefined || key < end)).sort();
  if (reverse) keys.reverse();
  return keys.slice(0, limit).map((key) => [key, state.get(key)]);
};

const all = (state, operations) => operations.map((operation) => apply(state, operation));

const steps = {
  put: (state, { key, value }) => (state.set(key, value), null),
  putMany(state, { entries }) {
    for (const [key, value] of Object.entries(entries)) state.set(key, value);
    return null;
  },
  get: (state, { key }) => state.get(key) ?? null,
  list: (state, { options }) => listed(state, options),
  delete: (state, { key }) => state.delete(key),
  deleteMany: (state, { keys }) => keys.filter((key) => state.delete(key)).length,
  deleteAll: (state) => (state.clear(), null),
  insert: (state, { key, value }) => (state.set(`sql:${key}`, value), null),
  remove: (state, { key }) => Number(state.delete(`sql:${key}`)),
  rows: (state) => sorted(state).filter(([key]) => key.startsWith("sql:")).map(([key, value]) => [key.slice(4), value]),
  setAlarm: (state, { value }) => (state.set("alarm:", value), null),
  getAlarm: (state) => state.get("alarm:") ?? null,
  deleteAlarm: (state) => (state.delete("alarm:"), null),
  // Started together without waiting in between, which makes them one.
  batch: (state, { operations }) => all(state, operations),
  // All of it, or nothing: `end` says which.
  transaction(state, { operations, end }) {
    const inside = new Map(state);
    const results = all(inside, operations);
    if (end !== "commit") return end;
    state.clear();
    for (const [key, value] of inside) state.set(key, value);
    return results;
  },
  nested: (state, { operations, inner, end }) => steps.transaction(state, { operations: [...operations, inner], end }),
};

/** Does `operation` on a Map; returns what the program would be told. */
export const apply = (state, operation) => steps[operation.kind](state, operation);

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Can `after` be what an object holds that held `before`, acknowledged `acked`, and was asked for `pending` too?
 *
 * Each of `acked` is `{ operation, number, since, result }`: its place in the object's own order, the greatest number that was
 * acknowledged when it was asked for, and what it was told. The order must agree with `since`, every result must be what
 * the model says at that place, and nothing acknowledged may be missing. Those of `pending`, `{ operation, since }`, fill the
 * places nobody acknowledged; of the rest any number may have happened at the end. States are lists of entries.
 */
export function explained({ before, acked, pending, after }) {
  const places = new Map(acked.map((one) => [one.number, one]));
  if (places.size !== acked.length) return false;
  const last = Math.max(0, ...places.keys());
  const wanted = sorted(new Map(after));
  const walk = (state, number, left) => {
    for (; number <= last; number++) {
      const one = places.get(number);
      if (!one) return withAny(state, number, left);
      if (one.since >= number || !same(apply(state, one.operation), one.result)) return false;
    }
    return same(sorted(state), wanted) || withAny(state, number, left);
  };
  const withAny = (state, number, left) => left.some((one, at) => {
    if (one.since >= number) return false;
    const copy = new Map(state);
    apply(copy, one.operation);
    return walk(copy, number + 1, left.toSpliced(at, 1));
  });
  return walk(new Map(before), 1, pending);
}
