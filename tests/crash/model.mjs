// The key-value API as a model, and the question a crash asks: can what is there now be explained by what was promised?
// Pure, and loaded by the Workers of crash.test.mjs too. A value is any JSON value, an operation `{ kind, … }`.

const listed = (state, { prefix = "", start = "", end, reverse = false, limit = Infinity } = {}) => {
  const keys = [...state.keys()].filter((key) => key.startsWith(prefix) && key >= start && (end === undefined || key < end)).sort();
  if (reverse) keys.reverse();
  return keys.slice(0, limit).map((key) => [key, state.get(key)]);
};

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
  // Started together without waiting in between, which makes them one.
  batch: (state, { operations }) => operations.map((operation) => apply(state, operation)),
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
  const wanted = listed(new Map(after));
  const walk = (state, number, left) => {
    for (; number <= last; number++) {
      const one = places.get(number);
      if (!one) return withAny(state, number, left);
      if (one.since >= number || !same(apply(state, one.operation), one.result)) return false;
    }
    return same(listed(state), wanted) || withAny(state, number, left);
  };
  const withAny = (state, number, left) => left.some((one, at) => {
    if (one.since >= number) return false;
    const copy = new Map(state);
    apply(copy, one.operation);
    return walk(copy, number + 1, left.toSpliced(at, 1));
  });
  return walk(new Map(before), 1, pending);
}
