// What one invocation of a stateless Worker, or one instance of an object, holds of others and must give back.
//
// Promises: when an invocation is over, every stub it got and did not dispose of is disposed. It is over when its
// handler, what it was told to wait for and the bodies it writes are through, and, for one that was called by a method,
// when nobody holds a stub that it gave away. An object's ends with its instance.
//
// `context.invocation` is the one whose turn it is; null where nobody knows, and then nothing is disposed of early. Other
// objects may have one as their prototype, to add to it: see overrides.js.

const context = require("context");

class Invocation {
  #open = 1;
  #held = null;
  // Itself, also where it is reached through an object that has it as its prototype.
  root = this;
  // The context object its handler was given.
  ctx = null;
  // Called when something it was told to wait for fails, and when it is over, if somebody wants to know.
  failed = null;
  over = null;

  // One more thing to wait for.
  enter() {
    this.root.#open++;
  }

  leave() {
    if (--this.root.#open === 0) this.end();
  }

  // A stub that was received: it has `dispose()`.
  hold(stub) {
    (this.root.#held ??= new Set()).add(stub);
  }

  drop(stub) {
    this.root.#held?.delete(stub);
  }

  end() {
    const { root } = this;
    const held = root.#held;
    root.#held = null;
    if (held !== null) for (const stub of held) stub.dispose();
    root.over?.();
  }
}

exports.Invocation = Invocation;

// Starts one and makes it the current.
exports.begin = () => (context.invocation = new Invocation());
