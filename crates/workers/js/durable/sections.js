// Critical sections: while the callback of one runs, nothing else of the object is delivered.
// Source: workers-api.md 5 and 6.3.

const context = require("context");
const budgets = require("budget");
const { onForget } = require("instances");
const { promised } = require("durable/operations");

const { objects } = native;
const { apply } = Reflect;

// Open sections by owner, then by number, which each object counts for itself: { callback, resolve, budget }.
const sections = new Map();

// What waits until no section of an owner is open or asked for, by owner.
const waiting = new Map();

// A promise of what `callback` answers, which runs in a turn of its own. If it fails, the object is reset.
exports.openSection = (owner, callback) =>
  promised(() => {
    const number = objects.openSection(owner, context.section);
    if (number < 0) throw new Error("blockConcurrencyWhile() calls are nested too deeply.");
    return new Promise((resolve) => {
      let own = sections.get(owner);
      if (own === undefined) sections.set(owner, (own = new Map()));
      own.set(number, { callback, resolve, budget: budgets.own() });
    });
  });

// Runs the callback of a section, in the section's first turn.
exports.runSection = (owner, number) => {
  const own = sections.get(owner);
  const section = own?.get(number);
  if (section === undefined) return;
  budgets.resume(section.budget);
  // False when the instance is gone meanwhile, and its sections with it.
  const ended = () => own.delete(number) && sections.get(owner) === own;
  let outcome;
  try {
    const { callback } = section;
    outcome = Promise.resolve(apply(callback, globalThis, []));
  } catch (error) {
    outcome = Promise.reject(error);
  }
  outcome.then(
    (value) => {
      if (!ended()) return;
      section.resolve(value);
      objects.closeSection(owner, number);
      if (own.size === 0) settle(owner);
    },
    (error) => {
      if (ended()) objects.failSection(owner, number, error);
    },
  );
};

function settle(owner) {
  const actions = waiting.get(owner) ?? [];
  waiting.delete(owner);
  for (const action of actions) action();
}

// Runs `action` when all sections that are open or asked for have ended, at once if there are none. A section that fails
// resets the object, and `action` never runs.
exports.afterSections = (owner, action) => {
  if (!sections.get(owner)?.size) return action();
  const actions = waiting.get(owner);
  if (actions === undefined) waiting.set(owner, [action]);
  else actions.push(action);
};

onForget((owner) => {
  sections.delete(owner);
  waiting.delete(owner);
});
