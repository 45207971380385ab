// `node:test`, as far as the platform has it: mocks. There is no test runner.
//
// A mock is a function that stands in front of another, keeps a record of its calls, and can be told to do something else.
// Source: the "Test runner" page of Node's documentation, classes MockTracker and MockFunctionContext.

const { NativeProxy } = require("globals");
const errors = require("node/errors");
const { apply, construct } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;

let contextFor;
let implementationOf;
let record;

class MockFunctionContext {
  #calls = [];
  #implementation;
  // Implementations for single calls, by the number of the call.
  #once = new Map();
  // Puts everything back as it was before the mock.
  #restore;

  constructor(implementation, restore) {
    this.#implementation = implementation;
    this.#restore = restore;
  }

  static {
    contextFor = (implementation, restore) => new MockFunctionContext(implementation, restore);
    implementationOf = (context) => {
      const number = context.#calls.length;
      const once = context.#once.get(number);
      if (once === undefined) return context.#implementation(number);
      context.#once.delete(number);
      return once;
    };
    record = (context, call) => context.#calls.push(call);
  }

  get calls() {
    return this.#calls.slice();
  }

  callCount() {
    return this.#calls.length;
  }

  mockImplementation(implementation) {
    checkFunction("implementation", implementation);
    this.#implementation = () => implementation;
  }

  mockImplementationOnce(implementation, onCall = this.#calls.length) {
    checkFunction("implementation", implementation);
    checkCount("onCall", onCall, this.#calls.length);
    this.#once.set(onCall, implementation);
  }

  restore() {
    this.#once.clear();
    this.#implementation = this.#restore();
  }

  resetCalls() {
    this.#calls = [];
  }
}

function checkFunction(name, value) {
  if (typeof value !== "function") throw errors.invalidArgumentType(name, "function", value);
}

function checkBoolean(name, value) {
  if (typeof value !== "boolean") throw errors.invalidArgumentType(name, "boolean", value);
}

function checkCount(name, value, least) {
  if (typeof value !== "number") throw errors.invalidArgumentType(name, "number", value);
  if (!Number.isInteger(value)) throw errors.outOfRange(name, "an integer", value);
  if (!(value >= least && value <= Number.MAX_SAFE_INTEGER)) {
    throw errors.outOfRange(name, `>= ${least} && <= ${Number.MAX_SAFE_INTEGER}`, value);
  }
}

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

// The stand-in of `original`. Calls before number `times` go to `implementation`, later ones to `original`.
function standIn(original, implementation, times, putBack) {
  checkCount("options.times", times, 1);
  const context = contextFor(
    (number) => (number < times ? implementation : original),
    () => {
      putBack?.();
      return () => original;
    },
  );

  function run(call, invoke) {
    const stack = new Error();
    try {
      call.result = invoke(implementationOf(context));
      return call.result;
    } catch (error) {
      call.error = error;
      throw error;
    } finally {
      record(context, {
        arguments: call.args,
        error: call.error,
        result: call.result,
        stack,
        target: call.target,
        this: call.target === undefined ? call.self : call.result,
      });
    }
  }

  const mock = new NativeProxy(original, {
    apply: (_original, self, args) => run({ args, self }, (chosen) => apply(chosen, self, args)),
    construct: (target, args, newTarget) =>
      run({ args, target }, (chosen) => construct(chosen, args, newTarget === mock ? chosen : newTarget)),
    get: (target, key, receiver) => (key === "mock" ? context : Reflect.get(target, key, receiver)),
  });
  return { mock, context };
}

// Where a property is defined: on an object or on what it inherits from.
function findDescriptor(object, name) {
  for (let at = object; at !== null; at = getPrototypeOf(at)) {
    const descriptor = getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

class MockTracker {
  #mocks = [];

  fn(original = function () {}, implementation = original, options = {}) {
    // The implementation may be left out.
    if (isObject(implementation) && typeof implementation !== "function") return this.fn(original, original, implementation);
    checkFunction("original", original);
    checkFunction("implementation", implementation);
    const { times = Infinity } = options;
    return this.#add(standIn(original, implementation, times === Infinity ? Number.MAX_SAFE_INTEGER : times));
  }

  method(object, methodName, implementation, options = {}) {
    if (!isObject(object)) throw errors.invalidArgumentType("object", "object", object);
    if (isObject(implementation) && typeof implementation !== "function") {
      return this.method(object, methodName, undefined, implementation);
    }
    if (typeof methodName !== "string" && typeof methodName !== "symbol") {
      throw errors.invalidArgumentType("methodName", ["string", "symbol"], methodName);
    }
    const { getter = false, setter = false, times = Number.MAX_SAFE_INTEGER } = options;
    checkBoolean("options.getter", getter);
    checkBoolean("options.setter", setter);
    if (getter && setter) throw errors.invalidArgumentValue("options.setter", setter, "cannot be used with 'options.getter'");
    const slot = getter ? "get" : setter ? "set" : "value";
    const descriptor = findDescriptor(object, methodName);
    const original = descriptor?.[slot];
    if (typeof original !== "function") throw errors.invalidArgumentValue("methodName", original, "must be a method");
    const chosen = implementation === undefined ? original : implementation;
    checkFunction("implementation", chosen);
    const isOwn = Object.hasOwn(object, methodName);
    const made = standIn(original, chosen, times, () => {
      if (isOwn) defineProperty(object, methodName, descriptor);
      else delete object[methodName];
    });
    defineProperty(object, methodName, { ...descriptor, configurable: true, [slot]: made.mock });
    return this.#add(made);
  }

  getter(object, methodName, implementation, options = {}) {
    return this.#accessor("getter", object, methodName, implementation, options);
  }

  setter(object, methodName, implementation, options = {}) {
    return this.#accessor("setter", object, methodName, implementation, options);
  }

  // Puts everything back and forgets the mocks.
  reset() {
    this.restoreAll();
    this.#mocks = [];
  }

  restoreAll() {
    for (const context of this.#mocks) context.restore();
  }

  #accessor(kind, object, name, implementation, options) {
    if (isObject(implementation) && typeof implementation !== "function") {
      return this.#accessor(kind, object, name, undefined, implementation);
    }
    const chosen = options[kind] ?? true;
    if (chosen === false) throw errors.invalidArgumentValue(`options.${kind}`, chosen, "cannot be false");
    return this.method(object, name, implementation, { ...options, [kind]: chosen });
  }

  #add({ mock, context }) {
    this.#mocks.push(context);
    return mock;
  }
}

const mock = new MockTracker();

exports.mock = mock;
exports.MockFunctionContext = MockFunctionContext;
exports.MockTracker = MockTracker;
exports.default = { mock, MockFunctionContext, MockTracker };
