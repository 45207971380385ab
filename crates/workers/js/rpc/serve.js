// The callee's side of a method call: finds the method, calls it, sends back what it gives.
//
// What a caller can reach: of an entrypoint, an object or an RpcTarget the members of its class; of a plain object its
// own properties; never what every object has, and never what the runtime itself calls.
// Source: workers-api.md 4.4.

const context = require("context");
const budgets = require("budget");
const { program } = require("program");
const { begin, certainly } = require("invocation");
const exported = require("rpc/exported");
const hanging = require("hanging");
const { handlerOf, isRpcTarget, PropertyHandler, PromiseHandler } = require("rpc/stubs");
const { packResult } = require("rpc/pack");
const { packedArguments, disposeAll } = require("rpc/unpack");
const { describe } = require("dispatch");
const { CONNECT } = require("rpc/names");

const { calls, host, rpc } = native;
const { hasOwn, getPrototypeOf } = Object;
const { apply } = Reflect;
const objectPrototype = Object.prototype;

// The exception is the method's own; what its invocation was given up for is not.
const REMOTE = 1;
const NAMES_OBJECT = 16;
const THROWN = 32;
// With enhanced errors the caller learns which object threw.
const MARKS = REMOTE | THROWN | (require("flags").enhanced_error_serialization ? NAMES_OBJECT : 0);

// No method of an entrypoint or an object: the runtime calls these itself, or they mean something on the stub.
const RESERVED = new Set([
  "fetch", "connect", "alarm", "webSocketMessage", "webSocketClose", "webSocketError", "dup", "constructor",
]);
const RESERVED_ON_TARGETS = new Set(["dup", "constructor"]);

const missing = (name) => new TypeError(`The RPC receiver does not implement the method "${name}".`);

// A property, if callers may see it.
function property(object, name, isPlain, reserved) {
  if (reserved.has(name)) throw new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`);
  if (isPlain) {
    if (!hasOwn(object, name)) throw missing(name);
    return object[name];
  }
  if (hasOwn(object, name)) throw missing(name);
  const value = object[name];
  if (value === objectPrototype[name]) throw missing(name);
  return value;
}

// Follows all of a path but the last name: what has the last one, and whether its own properties are visible.
function follow(target, isPlain, path, reserved) {
  let object = target;
  let visible = isPlain;
  let inStub = false;
  for (let at = 0; at < path.length - 1; at++) {
    const name = path[at];
    object = property(object, name, visible, reserved);
    const isObject = typeof object === "object" && object !== null;
    if (!isObject && typeof object !== "function") throw missing(name);
    const handler = handlerOf(object);
    if (handler !== undefined) {
      if (handler instanceof PromiseHandler) throw missing(name);
      if (handler instanceof PropertyHandler && !inStub) throw missing(name);
      visible = false;
      inStub = true;
    } else if (getPrototypeOf(object) === objectPrototype) {
      visible = true;
    } else if (isRpcTarget(object)) {
      visible = false;
    } else if (typeof object === "function") {
      visible = true;
    } else {
      throw missing(name);
    }
  }
  return { object, visible };
}

// What one call is to: { target, isPlain, reserved, extra: [env, ctx] or null, entry or null, object or null }.
function entrypoint(owner, instances, name, props) {
  if (owner !== 0) {
    const object = instances[owner];
    const { DurableObject } = require("cloudflare/workers");
    if (!require("flags").js_rpc && !(object.type.prototype instanceof DurableObject)) {
      throw new TypeError(
        "The receiving Durable Object does not support RPC, because its class was not declared with `extends " +
          "DurableObject`. In order to enable RPC, make sure your class extends the special class `DurableObject`, " +
          'which can be imported from the module "cloudflare:workers".',
      );
    }
    return { target: object.instance, isPlain: false, reserved: RESERVED, extra: null };
  }
  const ctx = require("execution_context").newContext(props);
  const exportOf = require("program").entrypoint(name);
  if (typeof exportOf === "function") {
    const target = new exportOf(ctx, program.env);
    return { target, isPlain: false, reserved: RESERVED, extra: null };
  }
  return { target: exportOf ?? {}, isPlain: true, reserved: RESERVED, extra: [program.env, ctx] };
}

// Arguments of a handler that is a function of (argument, env, ctx).
function withExtra(method, name, args, extra) {
  const arity = Number(method.length);
  if (!(arity >= 0 && arity < 256)) {
    throw new TypeError(`RPC function has unreasonable length attribute: ${arity}`);
  }
  if (arity > 3) {
    throw new TypeError(
      `Cannot call handler function "${name}" over RPC because it has the wrong number of arguments. A simple ` +
        "function handler can only be called over RPC if it has exactly the arguments (arg, env, ctx), where only the " +
        "first argument comes from the client. To support multi-argument RPC functions, use class-based syntax " +
        "(extending WorkerEntrypoint) instead.",
    );
  }
  if (args.length !== 1) {
    throw new TypeError(
      `Attempted to call RPC function "${name}" with the wrong number of arguments. When calling a top-level handler ` +
        "function that is not declared as part of a class, you must always send exactly one argument. In order to " +
        "support variable numbers of arguments, the server must use class-based syntax (extending WorkerEntrypoint) " +
        "instead.",
    );
  }
  return [args[0], ...extra];
}

// One call, from its delivery to its answer.
class Serving {
  group = null;
  entry = null;
  object = null;
  isDone = false;

  constructor(answer) {
    this.answer = answer;
    this.invocation = context.invocation;
    this.budget = budgets.open();
  }

  // Runs the call; gives what the method gave, or throws.
  run(to, path, bytes, externals) {
    if (path === CONNECT && to.reserved === RESERVED) return this.connect(to, bytes, externals);
    const names = typeof path === "string" ? [path] : path;
    const name = names.length === 0 ? "(this)" : names.join(".");
    let object;
    let value;
    let args = [];
    try {
      let visible;
      ({ object, visible } = follow(to.target, to.isPlain, names, to.reserved));
      value = names.length === 0 ? object : property(object, names[names.length - 1], visible, to.reserved);
      if (bytes === undefined) return value;
      if (typeof value !== "function") throw new TypeError(`"${name}" is not a function.`);
      if (bytes !== null) {
        const unpacked = packedArguments(bytes, externals);
        args = unpacked.value;
        this.group = unpacked.group;
      }
      if (to.extra !== null) args = withExtra(value, name, args, to.extra);
    } catch (error) {
      // Nobody takes what came with the arguments.
      require("rpc/unpack").refuse(externals, undefined);
      throw error;
    }
    return apply(value, object, args);
  }

  // A connection: what the handler writes is the stream that the call gives, and it goes on when the call is over.
  connect({ target, extra }, bytes, externals) {
    const { connect } = target;
    if (typeof connect !== "function") {
      require("rpc/unpack").refuse(externals, undefined);
      throw new Error("Handler does not export a connect() function.");
    }
    const { value } = packedArguments(bytes, externals);
    const { readable, done } = require("cloudflare/sockets").accept(value, (socket) =>
      apply(connect, target, extra === null ? [socket] : [socket, ...extra]),
    );
    const { object, invocation } = this;
    if (object !== null) object.active++;
    invocation?.enter();
    const leave = () => {
      if (object !== null) object.active--;
      invocation?.leave();
    };
    done.then(leave, (error) => {
      leave();
      host.logUncaught(error);
    });
    return readable;
  }

  succeed(value) {
    try {
      this.give(value);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.done();
  }

  give(value) {
    let dispose;
    if (typeof value === "object" && value !== null && getPrototypeOf(value) === objectPrototype) {
      dispose = value[Symbol.dispose];
      // The caller's copy gets one of its own.
      Reflect.deleteProperty(value, Symbol.dispose);
    }
    const { bytes, externals } = packResult(value, this.invocation);
    const disposer =
      typeof dispose === "function" ? exported.expose(value, true, dispose, this.invocation) : undefined;
    rpc.answer(this.answer, bytes, externals, disposer);
  }

  fail(error) {
    const [name, message, stack, marks, thrown] = describe(error);
    const aborted = this.entry === null ? (this.invocation?.root.aborted ?? null) : null;
    const own = aborted !== null && aborted.error === error ? MARKS & ~REMOTE : MARKS;
    calls.fail(this.answer, name, message, stack, marks | own, thrown);
    this.done();
  }

  // The call is over: its arguments' stubs, and whatever it kept waiting, are let go.
  done() {
    if (this.isDone) return;
    this.isDone = true;
    budgets.close(this.budget);
    disposeAll(this.group);
    if (this.object !== null) this.object.active--;
    if (this.entry !== null) exported.leave(this.entry);
    else this.invocation?.leave();
  }
}

// Delivers a call to an export (`key` is a number) or to an entrypoint.
exports.invoke = (instances, answer, owner, key, props, path, bytes, externals) => {
  let to;
  let serving;
  try {
    if (typeof key === "number") {
      const entry = exported.find(key);
      if (entry === undefined) {
        throw new Error("The execution context which hosts this callback is no longer running.");
      }
      context.invocation = entry.invocation;
      if (owner === 0) budgets.begin(answer);
      serving = new Serving(answer);
      serving.entry = entry;
      // The disposer of what was called may be waiting for this.
      if (owner === 0) serving.budget.ended = () => require("timers").after(0, () => serving.done());
      entry.active++;
      to = { target: entry.target, isPlain: entry.isPlain, reserved: RESERVED_ON_TARGETS, extra: null };
    } else {
      if (owner === 0) begin(answer);
      serving = new Serving(answer);
      // An object's invocation is its instance's: it does not end with the call.
      if (owner !== 0) serving.invocation?.enter();
      to = entrypoint(owner, instances, key, props);
    }
  } catch (error) {
    require("rpc/unpack").refuse(externals, undefined);
    if (serving === undefined) require("dispatch").fail(answer, error);
    else serving.fail(error);
    return;
  }
  if (owner !== 0) {
    serving.object = instances[owner];
    serving.object.active++;
  }
  let result;
  try {
    const isStateless = owner === 0 && serving.entry === null;
    result = isStateless
      ? certainly(() => serving.run(to, path, bytes, externals))
      : serving.run(to, path, bytes, externals);
  } catch (error) {
    serving.fail(error);
    return;
  }
  if ((typeof result !== "object" || result === null) && typeof result !== "function") {
    serving.succeed(result);
    return;
  }
  if (owner !== 0 || serving.entry !== null) {
    Promise.resolve(result).then(
      (value) => serving.succeed(value),
      (error) => serving.fail(error),
    );
    return;
  }
  const handler = hanging.watch((error) => serving.fail(error));
  Promise.resolve(result).then(
    (value) => {
      if (hanging.settled(handler)) serving.succeed(value);
    },
    (error) => {
      if (hanging.settled(handler)) serving.fail(error);
    },
  );
};
