// The virtual module `cloudflare:workers`.
// Source: workers-api.md 1.3.

const { internals } = require("durable/state");
const { isContext } = require("execution_context");
const { hideLength, wrongConstructorParameter, wrongParameter } = require("interface");

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

class DurableObject {
  constructor(ctx, env) {
    if (!internals.isState(ctx)) {
      throw wrongConstructorParameter("DurableObjectBase", 1, "DurableObjectState");
    }
    if (!isObject(env)) throw wrongConstructorParameter("DurableObjectBase", 2, "Object");
    this.ctx = ctx;
    this.env = env;
  }
}

class WorkerEntrypoint {
  constructor(ctx, env) {
    if (!isObject(ctx)) throw wrongConstructorParameter("WorkerEntrypoint", 1, "Object");
    if (!isObject(env)) throw wrongConstructorParameter("WorkerEntrypoint", 2, "Object");
    this.ctx = ctx;
    this.env = env;
  }
}

class WorkflowEntrypoint {
  constructor(ctx, env) {
    if (!isContext(ctx)) throw wrongConstructorParameter("WorkflowEntrypoint", 1, "ExecutionContext");
    if (!isObject(env)) throw wrongConstructorParameter("WorkflowEntrypoint", 2, "Object");
    this.ctx = ctx;
    this.env = env;
  }
}

const { RpcTarget, RpcStub, RpcPromise, RpcProperty } = require("rpc/stubs");

for (const type of [DurableObject, WorkerEntrypoint, WorkflowEntrypoint]) hideLength(type);

exports.DurableObject = DurableObject;
exports.WorkerEntrypoint = WorkerEntrypoint;
exports.WorkflowEntrypoint = WorkflowEntrypoint;
exports.RpcTarget = RpcTarget;
exports.RpcStub = RpcStub;
exports.RpcPromise = RpcPromise;
exports.RpcProperty = RpcProperty;
exports.ServiceStub = require("rpc/service").Fetcher;

// What `env` and `exports` stand for now: the program's own, unless a `with…` function is under way.
const { currentEnv, currentExports, withOverrides } = require("overrides");

// Every operation goes to the object there is when it happens: while this module is first evaluated there is none.
function forward(current) {
  return {
    get: (_, key) => current()?.[key],
    has: (_, key) => Reflect.has(current() ?? {}, key),
    ownKeys: () => Reflect.ownKeys(current() ?? {}),
    getOwnPropertyDescriptor(_, key) {
      const descriptor = Reflect.getOwnPropertyDescriptor(current() ?? {}, key);
      if (descriptor) descriptor.configurable = true;
      return descriptor;
    },
  };
}

exports.env = new Proxy(
  {},
  {
    ...forward(currentEnv),
    set: (_, key, value) => Reflect.set(currentEnv() ?? {}, key, value),
    deleteProperty: (_, key) => Reflect.deleteProperty(currentEnv() ?? {}, key),
    defineProperty: (_, key, descriptor) => Reflect.defineProperty(currentEnv() ?? {}, key, descriptor),
  },
);

exports.exports = new Proxy({}, forward(currentExports));

// Run `callback` with something else behind `env`, `exports` or both.
exports.withEnv = (env, callback) => replaced("withEnv", 2, { env }, callback);
exports.withExports = (overriding, callback) => replaced("withExports", 2, { exports: overriding }, callback);
exports.withEnvAndExports = (env, overriding, callback) =>
  replaced("withEnvAndExports", 3, { env, exports: overriding }, callback);

function replaced(name, position, overrides, callback) {
  if (typeof callback !== "function") throw wrongParameter(name, "EnvModule", position, "function");
  return withOverrides(overrides, callback);
}

exports.waitUntil = (...given) => {
  if (given.length === 0) throw wrongParameter("waitUntil", "EntrypointsModule", 1, "Promise");
  require("execution_context").currentContext().waitUntil(given[0]);
};
