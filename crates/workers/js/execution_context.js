// ExecutionContext: `ctx`, the third argument of a handler.
// Source: workers-api.md 1.4.

const context = require("context");
const { defineInterface, illegalInvocation, wrongParameter } = require("interface");
const make = Symbol("make");

class ExecutionContext {
  #props;
  #invocation = context.invocation;

  constructor(key, props) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#props = props;
  }

  waitUntil(promise) {
    if (!this || !(#props in this)) throw illegalInvocation();
    if (arguments.length === 0) throw wrongParameter("waitUntil", "ExecutionContext", 1, "Promise");
    const invocation = this.#invocation;
    const done = () => {
      invocation?.waited();
    };
    invocation?.wait();
    Promise.resolve(promise).then(done, (error) => {
      invocation?.root.failed?.();
      done();
      native.host.logUncaught(error);
    });
  }

  // There is no origin behind a self-hosted Worker to pass a request on to.
  passThroughOnException() {}

  // Ends the event with an exception, and gives back what it held. A program that catches it goes on; the engine cannot
  // prevent that.
  abort(reason = undefined) {
    if (!this || !(#props in this)) throw illegalInvocation();
    const error =
      reason === undefined ? new Error("Worker execution was aborted due to call to ctx.abort().") : reason;
    const root = this.#invocation?.root;
    if (root !== undefined) {
      root.aborted = { error };
      require("hanging").abort(root, error);
      root.cut();
    }
    throw error;
  }

  get props() {
    return this.#props;
  }

  get exports() {
    return require("rpc/loopback").exportsOfProgram();
  }

  static {
    exports.isContext = (value) => typeof value === "object" && value !== null && #props in value;
  }
}
if (!require("flags").enable_ctx_exports) delete ExecutionContext.prototype.exports;
defineInterface(ExecutionContext);
Object.defineProperty(ExecutionContext.prototype, "mapVirtualHost", {
  value(stub, port) {
    return require("cloudflare/virtual_hosts").mapVirtualHost(stub, port);
  },
  writable: true,
  configurable: true,
});

let current;

exports.ExecutionContext = ExecutionContext;

// The context of a new invocation; `props` is JSON text, if there are any.
exports.newContext = (props) => {
  current = new ExecutionContext(make, props === undefined ? {} : require("rpc/props").propsFrom(props));
  if (context.invocation !== null) context.invocation.ctx = current;
  return current;
};

exports.currentContext = () => {
  const own = context.invocation?.ctx ?? current;
  if (own === undefined) {
    throw new Error(
      "Disallowed operation called within global scope. Asynchronous I/O (ex: fetch() or connect()), setting a " +
        "timeout, and generating random values are not allowed within global scope. To fix this error, perform this " +
        "operation within a handler. https://developers.cloudflare.com/workers/runtime-apis/handlers/",
    );
  }
  return own;
};
