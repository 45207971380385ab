// WebAssembly.compile() and WebAssembly.instantiate(). The engine compiles on threads of its own and settles their promises
// outside of every turn, where no program may run: what ends there has no event, and the engine does not survive it. What
// waits for one comes back to the event that asked for it, as with a timer.

const context = require("context");
const timers = require("timers");

const { NativeWebAssembly } = require("globals");
const { then } = Promise.prototype;
const { apply } = Reflect;
const { defineProperty } = Object;

// How many of these each owner waits for.
const waiting = new Map();

function wait(owner, more) {
  const count = (waiting.get(owner) ?? 0) + more;
  if (count === 0) waiting.delete(owner);
  else waiting.set(owner, count);
}

// A promise that settles as the engine's does, in a turn of the event that asked for it; or never, if that is gone.
function comesBack(promise) {
  const { owner } = context;
  const back = timers.returner();
  wait(owner, 1);
  return new Promise((resolve, reject) => {
    const pass = (settle) => (value) => {
      wait(owner, -1);
      // In the turn that asked, or while the program is loaded.
      if (native.turns.isRunning()) settle(value);
      else back(settle, value);
    };
    apply(then, promise, [pass(resolve), pass(reject)]);
  });
}

const { compile: nativeCompile, instantiate: nativeInstantiate } = NativeWebAssembly;

function compile(...args) {
  return comesBack(nativeCompile(...args));
}

function instantiate(...args) {
  return comesBack(nativeInstantiate(...args));
}

for (const own of [compile, instantiate]) {
  const { name } = own;
  // Bound, because so it looks like the engine's.
  const value = own.bind();
  defineProperty(value, "name", { value: name });
  defineProperty(value, "length", { value: 1 });
  defineProperty(NativeWebAssembly, name, { value });
}

exports.WebAssembly = NativeWebAssembly;

// Whether `owner` waits for the engine.
exports.isPending = (owner) => waiting.has(owner);
