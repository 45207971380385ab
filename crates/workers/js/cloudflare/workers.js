// The virtual module `cloudflare:workers`.
// Source: workers-api.md 1.3.

const { internals } = require("durable/state");

class DurableObject {
  constructor(ctx, env) {
    if (!internals.isState(ctx)) {
      throw new TypeError(
        "Failed to construct 'DurableObject': constructor parameter 1 is not of type 'DurableObjectState'.",
      );
    }
    this.ctx = ctx;
    this.env = env;
  }
}

class WorkerEntrypoint {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

class WorkflowEntrypoint {
  constructor(ctx, env) {
    this.ctx = ctx;
    this.env = env;
  }
}

const { RpcTarget, RpcStub, RpcPromise, RpcProperty } = require("rpc/stubs");

exports.DurableObject = DurableObject;
exports.WorkerEntrypoint = WorkerEntrypoint;
exports.WorkflowEntrypoint = WorkflowEntrypoint;
exports.RpcTarget = RpcTarget;
exports.RpcStub = RpcStub;
exports.RpcPromise = RpcPromise;
exports.RpcProperty = RpcProperty;
exports.ServiceStub = require("rpc/service").Fetcher;

const { program } = require("program");

// Every operation on `env` goes to the environment the program has when it happens: there is none while this
// module is first evaluated.
exports.env = new Proxy(
  {},
  {
    get: (_, key) => program.env[key],
    set: (_, key, value) => Reflect.set(program.env, key, value),
    has: (_, key) => key in program.env,
    ownKeys: () => Reflect.ownKeys(program.env),
    deleteProperty: (_, key) => Reflect.deleteProperty(program.env, key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(program.env, key, descriptor),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(program.env, key);
      if (descriptor) descriptor.configurable = true;
      return descriptor;
    },
  },
);

// Runs `callback` with another environment behind `env`.
exports.withEnv = (env, callback) => {
  const own = program.env;
  program.env = env;
  try {
    return callback();
  } finally {
    program.env = own;
  }
};

exports.waitUntil = (promise) => {
  require("execution_context").currentContext().waitUntil(promise);
};
