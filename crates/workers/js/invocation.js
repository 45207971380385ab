// What one invocation of a stateless Worker, or one instance of an object, holds of others and must give back, and how long it
// lasts.
//
// Promises: an invocation is over when its handler, what it was told to wait for and the bodies it writes are through, and,
// for one that was called by a method, when nobody holds a stub that it gave away. What is only waited for after all else
// may take so long, and no longer: then its timers do not fire any more, and answers to what it asked others find nobody.
// When it is over, every stub it got and did not dispose of is disposed. An object's ends with its instance.
//
// One that ends by itself leaves its timers and calls alone. What a request starts in the turn of another, because it
// waited for a promise of that, counts as the other's, and must not end with it.
//
// `context.invocation` is the one whose turn it is; null where nobody knows, and then nothing ends early. Other
// objects may have one as their prototype, to add to it: see overrides.js.

const context = require("context");
const { begin } = require("budget");

class Invocation {
  // The object whose instance it is, or 0.
  owner = context.owner;
  #open = 1;
  // How many of these were given to waitUntil(), and the timer that bounds them when there is nothing else.
  #waits = 0;
  #limit = 0;
  #held = null;
  #isOver = false;
  #isCut = false;
  // Itself, also where it is reached through an object that has it as its prototype.
  root = this;
  // The context object its handler was given.
  ctx = null;
  // The reason for which its program gave it up: { error }.
  aborted = null;
  // Called when it is cut or something it was told to wait for fails, and when it is over, if somebody wants to know.
  failed = null;
  over = null;

  // One more thing to wait for.
  enter() {
    this.root.#open++;
  }

  leave() {
    const { root } = this;
    if (--root.#open === 0) root.end();
    else if (root.#open === root.#waits && root.#limit === 0) root.bound(native.timers.waitUntilMax);
  }

  // What was given to waitUntil().
  wait() {
    const { root } = this;
    root.#waits++;
    root.#open++;
    if (root.#isOver && root.owner === 0 && root.#limit === 0) root.bound(native.timers.waitUntilMax);
  }

  waited() {
    this.root.#waits--;
    this.leave();
  }

  // Ends it after some time, whatever it waits for then.
  bound(ms) {
    const { root } = this;
    root.#limit = require("timers").after(ms, () => {
      native.host.warn(
        "waitUntil() tasks did not complete within the allowed time after invocation end and have been cancelled. " +
          "See: https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil",
      );
      root.cut();
    });
  }

  // A stub that was received: it has `dispose()`.
  hold(stub) {
    (this.root.#held ??= new Set()).add(stub);
  }

  drop(stub) {
    this.root.#held?.delete(stub);
  }

  // Ends it, and what it started goes on no more.
  cut() {
    const { root } = this;
    root.#isCut = true;
    root.failed?.();
    require("timers").drop(root);
    require("host/outgoing").drop(root);
    root.end();
  }

  get isCut() {
    const { root } = this;
    return root.#isCut || (root.#isOver && root.owner !== 0);
  }

  end() {
    const { root } = this;
    if (root.#limit !== 0) require("timers").cancel(root.#limit);
    root.#limit = 0;
    if (root.#isOver) return;
    root.#isOver = true;
    const held = root.#held;
    root.#held = null;
    if (held !== null) for (const stub of held) stub.dispose();
    root.over?.();
  }
}

exports.Invocation = Invocation;

// Whether `invocation` is of another request than `current`; both of the stateless Worker.
exports.isForeign = (invocation, current) =>
  invocation !== null &&
  current !== null &&
  invocation.root !== current.root &&
  invocation.owner === 0 &&
  current.owner === 0;

exports.foreignError = (type) =>
  new Error(
    "Cannot perform I/O on behalf of a different request. I/O objects (such as streams, request/response bodies, and " +
      "others) created in the context of one request handler cannot be accessed from a different request's handler. " +
      "This is a limitation of Cloudflare Workers which allows us to improve overall performance. " +
      `(I/O type: ${type})`,
  );

// Refuses what belongs to another request, where it is certain whose turn it is: after an `await` the turn may be that of
// whoever settled the promise.
exports.refuseForeign = (invocation, type, current = context.invocation) => {
  if (context.isCertain && exports.isForeign(invocation, current)) throw exports.foreignError(type);
};

// Runs the beginning of a handler, up to its first `await`. One that gave up its invocation has failed, whatever it did then.
exports.certainly = (run) => {
  const { root } = context.invocation;
  context.isCertain = true;
  try {
    return run();
  } finally {
    context.isCertain = false;
    if (root.aborted !== null) throw root.aborted.error;
  }
};

// Starts one and makes it the current: for an event that owes this answer, if there is one.
exports.begin = (answer = undefined) => {
  const budget = begin(answer);
  return (context.invocation = budget.invocation = new Invocation());
};
