// What the imported `env` and `exports` stand for, and the functions that put something else in their place.
//
// What a callback starts and waits for comes back to the same: the invocation that I/O returns to carries the
// replacement. After an `await` of something that is no I/O, the program's own is back: the engine has no hook for it.
// Source: workers-api.md 1.3.

const context = require("context");
const { program } = require("program");
const { Invocation } = require("invocation");

const { apply } = Reflect;

// A value that is no object leaves the program's own; null and undefined are nothing at all.
function chosen(name, own) {
  const { invocation } = context;
  if (invocation === null || invocation[`has_${name}`] !== true) return own();
  const overriding = invocation[name];
  if (overriding === null || overriding === undefined) return undefined;
  return typeof overriding === "object" || typeof overriding === "function" ? overriding : own();
}

const ownExports = () => require("rpc/loopback").exportsOfProgram();

exports.currentEnv = () => chosen("env", () => program.env);
exports.currentExports = () => (require("flags").disallow_importable_env ? undefined : chosen("exports", ownExports));

exports.withOverrides = (overrides, callback) => {
  const outer = context.invocation;
  const leave = () => {
    if (context.invocation === inner) context.invocation = outer;
  };
  const inner = outer === null ? new Invocation() : Object.create(outer);
  for (const name of Object.keys(overrides)) {
    inner[name] = overrides[name];
    inner[`has_${name}`] = true;
  }
  context.invocation = inner;
  try {
    const result = apply(callback, globalThis, []);
    // Whoever waits for the callback goes on outside of it: this is asked first.
    if (result instanceof Promise) result.then(leave, leave);
    return result;
  } finally {
    context.invocation = outer;
  }
};
