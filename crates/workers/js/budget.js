// The processor time of events: which one a turn belongs to, and what it has used.
//
// An event is a request, a message, a method call, an alarm. Whatever comes back to it in a later turn (an answer, a
// timer, a chunk of a body) brings its budget along. The host measures the turns, and ends an event that uses more than it
// may.
//
// What the handler of an object leaves running when it has returned, such as an interval, starts over with each further
// event of the object: so the platform does, and a game that lasts for hours is not one endless event.
//
// As in context.js, a continuation that one event causes in the turn of another counts for the other.

const context = require("context");

const { turns, bodies } = native;

// With this code a socket closes whose message was too much: internal error.
const ENDED = 1011;

// How many events each object has had, by owner.
const arrivals = [];

class Budget {
  // Milliseconds that were used in turns that are over.
  spent = 0;
  // Handlers that have not returned, and promises that they asked to wait for.
  open = 0;
  // The answer that is owed; undefined when there is none.
  answer;
  // The socket whose message it is, in a stateless Worker.
  socket;
  // Numbers of bodies that are being written.
  bodies = null;
  // What ends with it; null for a call of something that another event gave away.
  invocation = null;
  // Called when it is ended. Nothing of the program's may run then.
  ended = null;

  constructor(answer) {
    this.owner = context.owner;
    this.arrival = arrivals[this.owner];
    this.answer = answer;
    this.socket = socket;
  }
}

// What this turn uses; null until something is started that comes back.
let current = null;
// The socket that this turn's message came from, in a stateless Worker.
let socket = null;

// A turn begins, of a new event as far as is known.
exports.enter = () => {
  socket = null;
  if (current === null) return;
  current.spent += turns.previous();
  current = null;
};

// An event arrived at an object.
exports.arrive = (owner) => {
  arrivals[owner] = (arrivals[owner] ?? 0) + 1;
};

// This turn is about a message of `ws`.
exports.from = (ws) => {
  socket = ws;
};

// Starts the budget of an event, that owes this answer if it is of a stateless Worker.
exports.begin = (answer) => (current = new Budget(answer));

// The budget of this turn's event.
const own = () => (current ??= new Budget(undefined));
exports.own = own;

// The event goes on at least until the budget is given to `close`.
exports.open = () => {
  const budget = own();
  budget.open++;
  return budget;
};

exports.close = (budget) => {
  budget.open--;
};

// This turn continues an event. False when the event was ended: then nothing of it may go on.
exports.resume = (budget) => {
  if (budget.spent === Infinity) return false;
  const { owner } = budget;
  if (owner !== 0 && budget.open === 0 && budget.arrival !== arrivals[owner]) {
    budget.arrival = arrivals[owner];
    budget.spent = 0;
  }
  current = budget;
  turns.continues(budget.spent, budget.answer);
  return true;
};

// A body is being written, or not any more, by this turn's event of a stateless Worker.
exports.writes = (number) => {
  if (context.owner === 0) (own().bodies ??= new Set()).add(number);
};

exports.wrote = (budget, number) => budget?.bodies?.delete(number);

// The event of the latest turn, of a stateless Worker, was ended for `reason`.
exports.stopped = (reason) => {
  const from = current === null ? socket : current.socket;
  if (from !== null) require("websocket").internals.end(from, ENDED, reason);
  if (current === null) return;
  const { invocation, ended } = current;
  current.spent = Infinity;
  for (const number of current.bodies ?? []) bodies.fail(number, reason);
  current = null;
  invocation?.cut();
  ended?.();
};

// `owner` is gone.
exports.forget = (owner) => {
  arrivals[owner] = undefined;
};
