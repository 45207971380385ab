// RpcStub, RpcPromise, RpcProperty and RpcTarget: what a program holds of things that live elsewhere.
//
// Each is a function to the program (it can be called) with any property (a path to follow), so each is a proxy; its
// handler has the state. A call, or awaiting a property, finds the root of the path and sends through it:
//
//   property ─parent─► property ─parent─► root: a stub, a service, an object's stub, or a promise
//
// Calls on a promise that has not settled wait at it, their arguments already taken, and go out in order when it settles,
// before the program hears of it. So pipelining costs a message more than on the platform and means the same: its result
// must be something that can be sent anyway.
// Source: workers-api.md 4.4.

const { NativeProxy } = require("globals");
const context = require("context");
const { foreignError, isForeign } = require("invocation");
const { registerInterface, illegalInvocation } = require("interface");

const { rpc } = native;

const DEPTH_MAX = 64;

// Handlers by proxy.
const handlers = new WeakMap();
const handlerOf = WeakMap.prototype.get.bind(handlers);
const remember = WeakMap.prototype.set.bind(handlers);

// What all proxies that can be called stand for; `new` is a call too.
const face = function () {}.bind();

// The object through which a program sees `handler`.
function show(handler, target = face) {
  const proxy = new NativeProxy(target, handler);
  remember(proxy, handler);
  return proxy;
}

class RpcTarget {}

class RpcStub {
  constructor(target) {
    return require("rpc/pack").stubFor(target);
  }

  dup() {
    const handler = handlerOf(this);
    if (!(handler instanceof StubHandler)) throw illegalInvocation();
    return handler.dup();
  }

  [Symbol.dispose]() {
    const handler = handlerOf(this);
    if (!(handler instanceof StubHandler)) throw illegalInvocation();
    handler.dispose();
  }
}

class RpcProperty {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  then(fulfilled, rejected) {
    return fetched(this).then(fulfilled, rejected);
  }

  catch(rejected) {
    return fetched(this).catch(rejected);
  }

  finally(settled) {
    return fetched(this).finally(settled);
  }
}

function fetched(property) {
  const handler = handlerOf(property);
  if (!(handler instanceof PropertyHandler)) throw illegalInvocation();
  return start(handler, undefined).promise;
}

class RpcPromise {
  constructor() {
    throw new TypeError("Illegal constructor");
  }

  then(fulfilled, rejected) {
    return promised(this).promise.then(fulfilled, rejected);
  }

  catch(rejected) {
    return promised(this).promise.catch(rejected);
  }

  finally(settled) {
    return promised(this).promise.finally(settled);
  }

  [Symbol.dispose]() {
    promised(this).dispose();
  }
}

function promised(promise) {
  const handler = handlerOf(promise);
  if (!(handler instanceof PromiseHandler)) throw illegalInvocation();
  return handler;
}

// Elements of an array are no path: only names are.
const isIndex = (key) => {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && /^(?:0|[1-9][0-9]*)$/.test(key);
};

// What all handlers of callable proxies do: properties of the interface are there, any other name is a path.
class Handler {
  // Who began to await it, where that is certain: `then` itself is called in a later microtask.
  taker = null;
  // What the program itself set.
  own = null;
  // Where a path starts; otherwise the handler has a parent and a name.
  parent = null;
  depth = -1;

  get(_target, key, receiver) {
    const { shape, own } = this;
    if (own !== null && key in own) return own[key];
    if (typeof key === "symbol" || key in shape) return Reflect.get(shape, key, receiver);
    if (key === "then" || isIndex(key)) return undefined;
    return follow(this, key, undefined);
  }

  apply(_target, _self, args) {
    return start(this, args).face;
  }

  construct(_target, args) {
    return start(this, args).face;
  }

  getPrototypeOf() {
    return this.shape;
  }

  has(_target, key) {
    if (this.own !== null && key in this.own) return true;
    return typeof key === "string" ? key !== "then" || key in this.shape : key in this.shape;
  }

  set(_target, key, value) {
    (this.own ??= Object.create(null))[key] = value;
    return true;
  }

  defineProperty(_target, key, descriptor) {
    return Reflect.defineProperty((this.own ??= Object.create(null)), key, { ...descriptor, configurable: true });
  }

  deleteProperty(_target, key) {
    if (this.own !== null) delete this.own[key];
    return true;
  }

  ownKeys() {
    return this.own === null ? [] : Reflect.ownKeys(this.own);
  }

  getOwnPropertyDescriptor(_target, key) {
    return this.own === null ? undefined : Reflect.getOwnPropertyDescriptor(this.own, key);
  }
}

class PropertyHandler extends Handler {
  constructor(parent, name) {
    super();
    if (parent.depth >= DEPTH_MAX) {
      throw new TypeError(`RPC pipelined property path is too deep (max ${DEPTH_MAX}).`);
    }
    this.parent = parent;
    this.name = name;
    this.depth = parent.depth + 1;
  }

  get(target, key, receiver) {
    if (key === "then" && context.isCertain) this.taker = context.invocation;
    return super.get(target, key, receiver);
  }
}

// A method of this name can be called like any other, but JSON.stringify() does not call it: it shows what the object has.
class JsonHandler extends PropertyHandler {
  constructor(parent, shown) {
    super(parent, "toJSON");
    this.shown = shown;
  }

  apply(target, self, args) {
    const isStringify = args.length === 1 && typeof args[0] === "string" && handlerOf(self) === this.parent;
    return isStringify ? this.shown : super.apply(target, self, args);
  }
}

// The property `name` of what `handler` stands for, which JSON.stringify() sees as `shown`.
function follow(handler, name, shown) {
  return show(name === "toJSON" ? new JsonHandler(handler, shown) : new PropertyHandler(handler, name));
}

const disposedError = () => new Error("RPC stub used after being disposed.");

class StubHandler extends Handler {
  // The number the host knows the reference by; -1 when it is given back.
  number;
  group;
  invocation = context.invocation;
  proxy;

  constructor(number, group) {
    super();
    this.number = number;
    this.group = group;
    group?.add(this);
    this.invocation?.hold(this);
    this.proxy = show(this);
  }

  send(path, packed, call) {
    if (this.number < 0) {
      drop(packed);
      call.reject(disposedError());
      return;
    }
    const { owner, section } = context;
    const { bytes, externals } = packed ?? { bytes: packed };
    call.isOnStub = true;
    call.sent(rpc.invokeStub(owner, section, this.number, path, bytes, externals));
  }

  dup() {
    if (this.number < 0) throw disposedError();
    return new StubHandler(rpc.dup(this.number, context.owner), null).proxy;
  }

  // The reference goes over to somebody else.
  surrender() {
    this.number = -1;
    this.invocation?.drop(this);
    this.group?.delete(this);
    this.group = null;
  }

  dispose() {
    const { number } = this;
    if (number < 0) return;
    this.surrender();
    rpc.release(number);
  }
}

const PENDING = 0;
const RESOLVED = 1;
const FAILED = 2;

class PromiseHandler extends Handler {
  state = PENDING;
  value = undefined;
  isDisposed = false;
  invocation = context.invocation;
  // Whether a handler of this Worker is what was called.
  isOwn = false;
  // Whether something was called that an object or a Worker handed out, and not itself.
  isOnStub = false;
  queue = null;
  face = show(this);

  constructor() {
    super();
    const { promise, resolve, reject } = Promise.withResolvers();
    this.promise = promise;
    this.settle = resolve;
    this.refuse = reject;
  }

  // The host knows the call by this number.
  sent(number) {
    require("host/outgoing").wait(number, this);
  }

  reject(error) {
    this.state = FAILED;
    this.value = error;
    this.refuse(error);
    this.flush();
  }

  resolve(value) {
    this.state = RESOLVED;
    this.value = value;
    this.flush();
    if (this.isDisposed) disposeOf(value);
    this.settle(value);
  }

  // The host has what the call gave.
  returned(bytes, externals, disposer) {
    let value;
    try {
      value = require("rpc/unpack").result(bytes, externals, disposer);
    } catch (error) {
      require("rpc/unpack").refuse(externals, disposer);
      this.reject(error);
      return;
    }
    this.resolve(value);
  }

  flush() {
    const { queue } = this;
    this.queue = null;
    if (queue !== null) for (const [path, packed, call] of queue) this.forward(path, packed, call, false);
  }

  // Nobody waits for it any more: what was asked of its result goes nowhere.
  abandon() {
    const { queue } = this;
    this.queue = null;
    for (const [, packed, call] of queue ?? []) {
      drop(packed);
      call.abandon();
    }
  }

  send(path, packed, call, taker) {
    if (isForeign(this.invocation, taker)) {
      if (packed) drop(packed);
      call.reject(foreignError(packed === undefined ? "Pipeline" : "JsRpcPromise"));
    } else if (this.isDisposed) {
      drop(packed);
      call.reject(new Error("RPC promise used after being disposed."));
    } else if (this.state === PENDING) {
      (this.queue ??= []).push([path, packed, call]);
    } else {
      this.forward(path, packed, call, true);
    }
  }

  forward(path, packed, call, isLate) {
    if (this.state === FAILED) {
      drop(packed);
      call.reject(this.value);
    } else {
      require("rpc/local").carryOut(this.value, path, packed, call, isLate);
    }
  }

  dispose() {
    if (this.isDisposed) return;
    this.isDisposed = true;
    if (this.state === RESOLVED) disposeOf(this.value);
  }
}

for (const [type, handler] of [[RpcStub, StubHandler], [RpcProperty, PropertyHandler], [RpcPromise, PromiseHandler], [RpcTarget]]) {
  if (handler !== undefined) handler.prototype.shape = type.prototype;
  Object.defineProperty(type.prototype, Symbol.toStringTag, { value: `Js${type.name}`, configurable: true });
  registerInterface(type);
}

// Runs what disposes of a result.
function disposeOf(value) {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
  const dispose = value[Symbol.dispose];
  if (typeof dispose === "function") Reflect.apply(dispose, value, []);
}

// Gives back what arguments hold that will not be sent.
function drop(packed) {
  if (packed) require("rpc/pack").drop(packed);
}

// Makes the call that `handler` stands for; without `args` the property is read.
function start(handler, args) {
  const call = new PromiseHandler();
  let packed;
  try {
    // undefined reads a property, null calls without arguments.
    if (args !== undefined) packed = args.length === 0 ? null : require("rpc/pack").packArguments(args);
  } catch (error) {
    call.reject(error);
    return call;
  }
  let root = handler;
  let path;
  if (root.parent === null) {
    path = [];
  } else if (root.parent.parent === null) {
    path = root.name;
    root = root.parent;
  } else {
    path = [];
    for (; root.parent !== null; root = root.parent) path.unshift(root.name);
  }
  root.send(path, packed, call, context.isCertain ? context.invocation : handler.taker);
  return call;
}

exports.RpcTarget = RpcTarget;
exports.RpcStub = RpcStub;
exports.RpcProperty = RpcProperty;
exports.RpcPromise = RpcPromise;
exports.Handler = Handler;
exports.PropertyHandler = PropertyHandler;
exports.StubHandler = StubHandler;
exports.PromiseHandler = PromiseHandler;
exports.handlerOf = handlerOf;
exports.show = show;
exports.follow = follow;
exports.isIndex = isIndex;
exports.isRpcTarget = (value) => Object.prototype.isPrototypeOf.call(RpcTarget.prototype, value);
exports.start = start;
