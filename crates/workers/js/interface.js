// What makes a JavaScript class look like one of the platform's interfaces: enumerable members, a tag, and the
// platform's words for a wrong argument, a wrong `this` and a wrong constructor call.

const { defineProperty, getOwnPropertyDescriptor } = Object;
const { ownKeys } = Reflect;

// The prototypes of the runtime's classes: how an object of ours is told from one of the program's.
const prototypes = new WeakSet();
const isKnown = prototypes.has.bind(prototypes);
exports.isInterface = (prototype) => isKnown(prototype);
exports.registerInterface = (Class) => prototypes.add(Class.prototype);

// Functions of the platform say that they take no arguments, whatever they take.
const NO_LENGTH = { value: 0, configurable: true };
exports.hideLength = function hideLength(callable) {
  if (callable.length !== 0) defineProperty(callable, "length", NO_LENGTH);
  return callable;
};

// Members of `Class` and its prototype become enumerable, and instances get a tag.
exports.defineInterface = function defineInterface(Class, name = Class.name) {
  const { prototype } = Class;
  for (const holder of [prototype, Class]) {
    for (const key of ownKeys(holder)) {
      if (typeof key === "symbol" || key === "constructor" || key === "prototype") continue;
      if (key === "length" || key === "name") continue;
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (typeof descriptor.value === "function") exports.hideLength(descriptor.value);
      if (descriptor.enumerable || !descriptor.configurable) continue;
      descriptor.enumerable = true;
      defineProperty(holder, key, descriptor);
    }
  }
  exports.hideLength(Class);
  defineProperty(prototype, Symbol.toStringTag, { value: name, writable: true, configurable: true });
  prototypes.add(prototype);
  return Class;
};

// Gives an instance the accessors of its prototype as its own properties, as they were before 2022-01-31.
exports.ownAccessors = function ownAccessors(instance, prototype) {
  for (const key of ownKeys(prototype)) {
    const descriptor = getOwnPropertyDescriptor(prototype, key);
    if (descriptor.get !== undefined) defineProperty(instance, key, descriptor);
  }
};

// Constants stand on the class and on its prototype, and cannot be assigned.
exports.defineConstants = function defineConstants(Class, constants) {
  for (const name of ownKeys(constants)) {
    const descriptor = { value: constants[name], enumerable: true, configurable: true };
    defineProperty(Class, name, descriptor);
    defineProperty(Class.prototype, name, descriptor);
  }
};

exports.illegalInvocation = () =>
  new TypeError(
    "Illegal invocation: function called with incorrect `this` reference. " +
      "See https://developers.cloudflare.com/workers/observability/errors/#illegal-invocation-errors for details.",
  );

exports.illegalConstructor = () => new TypeError("Illegal constructor");

exports.wrongParameter = (method, owner, position, type) =>
  new TypeError(`Failed to execute '${method}' on '${owner}': parameter ${position} is not of type '${type}'.`);

exports.wrongConstructorParameter = (owner, position, type) =>
  new TypeError(`Failed to construct '${owner}': constructor parameter ${position} is not of type '${type}'.`);

exports.wrongField = (field, owner, type) =>
  new TypeError(
    `Incorrect type for the '${field}' field on '${owner}': the provided value is not of type '${type}'.`,
  );

// Whether a value is given but is no dictionary of options.
exports.isPrimitive = (value) =>
  value !== undefined && value !== null && typeof value !== "object" && typeof value !== "function";

// A number that the platform takes as an unsigned integer of 32 bits.
exports.toUint32 = function toUint32(value) {
  const number = +value;
  if (!Number.isFinite(number)) {
    throw new TypeError("The value cannot be converted because it is not an integer.");
  }
  if (number < 0) {
    throw new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive number.",
    );
  }
  if (number >= 2 ** 32) throw new TypeError("Value out of range. Must be less than or equal to 4294967295.");
  return number >>> 0;
};

// An iterator class in the shape of the web's: a shared prototype with an enumerable `next` and a tag. `step(state)`
// returns the next value wrapped in an array of one, or undefined at the end.
exports.iteratorClass = function iteratorClass(tag, step) {
  const prototype = Object.create(Iterator.prototype);
  const states = new WeakMap();
  const stateOf = WeakMap.prototype.get.bind(states);
  const remember = WeakMap.prototype.set.bind(states);
  defineProperty(prototype, "next", {
    value: function next() {
      const state = stateOf(this);
      if (state === undefined) throw exports.illegalInvocation();
      const found = step(state);
      return found === undefined ? { done: true, value: undefined } : { done: false, value: found[0] };
    },
    writable: true,
    enumerable: true,
    configurable: true,
  });
  defineProperty(prototype, Symbol.toStringTag, { value: tag, configurable: true });
  return (state) => {
    const iterator = Object.create(prototype);
    remember(iterator, state);
    return iterator;
  };
};
