// ExecutionContext: `ctx`, the third argument of a handler.
// Source: workers-api.md 1.4.

const { defineInterface } = require("interface");
const make = Symbol("make");

// Promises that handlers asked the Worker to wait for.
let pending = 0;

class ExecutionContext {
  #props = {};

  constructor(key) {
    if (key !== make) throw new TypeError("Illegal constructor");
  }

  waitUntil(promise) {
    if (arguments.length === 0) {
      throw new TypeError(
        "Failed to execute 'waitUntil' on 'ExecutionContext': parameter 1 is not of type 'Promise'.",
      );
    }
    pending++;
    Promise.resolve(promise).then(
      () => pending--,
      (error) => {
        pending--;
        native.host.logUncaught(error);
      },
    );
  }

  // There is no origin behind a self-hosted Worker to pass a request on to.
  passThroughOnException() {}

  get props() {
    return this.#props;
  }
}
defineInterface(ExecutionContext);

let current;

exports.ExecutionContext = ExecutionContext;

exports.newContext = () => (current = new ExecutionContext(make));

exports.currentContext = () => {
  if (current === undefined) {
    throw new Error("waitUntil() can only be called while a request is being handled.");
  }
  return current;
};

// Whether some handler's waitUntil() is still open.
exports.isBusy = () => pending > 0;
