// What an object really is, whatever it claims to be.
//
// Promises that an object is taken for a Map, a Date and so on only if the engine itself agrees: the prototype chain
// says what to ask, and an intrinsic that only works on the real thing answers. Tags and constructors are never believed.

const { isArray } = Array;
const { isView } = ArrayBuffer;
const { isError } = Error;
const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const objectPrototype = Object.prototype;
const toTag = objectPrototype.toString;
const { proxyTarget } = require("structured_clone/proxies");
const { isInterface } = require("interface");

const KIND = {
  PLAIN: 0,
  ARRAY: 1,
  DATE: 2,
  REGEXP: 3,
  BOOLEAN: 4,
  NUMBER: 5,
  BIGINT: 6,
  STRING: 7,
  MAP: 8,
  SET: 9,
  BUFFER: 10,
  SHARED_BUFFER: 11,
  VIEW: 12,
  ERROR: 13,
  DOM_EXCEPTION: 14,
  // An object of one of the runtime's classes.
  INTERFACE: 15,
  PROXY: 16,
  PROMISE: 17,
  // Anything else that only the engine can make.
  OPAQUE: 18,
};
exports.KIND = KIND;

const getter = (Class, name) => getOwnPropertyDescriptor(Class.prototype, name).get;
const nothing = () => {};

// Prototypes of what the engine makes, with the kind and a call that throws on anything else.
const known = new Map();
const get = known.get.bind(known);
const learn = (prototype, kind, check) => known.set(prototype, { kind, check });

const builtIn = (Class, kind, method) => learn(Class.prototype, kind, (value) => method.call(value));
builtIn(Date, KIND.DATE, Date.prototype.getTime);
builtIn(RegExp, KIND.REGEXP, getter(RegExp, "source"));
builtIn(Boolean, KIND.BOOLEAN, Boolean.prototype.valueOf);
builtIn(Number, KIND.NUMBER, Number.prototype.valueOf);
builtIn(BigInt, KIND.BIGINT, BigInt.prototype.valueOf);
builtIn(String, KIND.STRING, String.prototype.valueOf);
builtIn(Symbol, KIND.OPAQUE, Symbol.prototype.valueOf);
builtIn(Map, KIND.MAP, getter(Map, "size"));
builtIn(Set, KIND.SET, getter(Set, "size"));
builtIn(ArrayBuffer, KIND.BUFFER, getter(ArrayBuffer, "byteLength"));
if (typeof SharedArrayBuffer === "function") {
  builtIn(SharedArrayBuffer, KIND.SHARED_BUFFER, getter(SharedArrayBuffer, "byteLength"));
}
const { has: hasWeakly } = WeakMap.prototype;
learn(WeakMap.prototype, KIND.OPAQUE, (value) => hasWeakly.call(value, value));
const { has: holdsWeakly } = WeakSet.prototype;
learn(WeakSet.prototype, KIND.OPAQUE, (value) => holdsWeakly.call(value, value));
builtIn(WeakRef, KIND.OPAQUE, WeakRef.prototype.deref);
const { unregister } = FinalizationRegistry.prototype;
learn(FinalizationRegistry.prototype, KIND.OPAQUE, (value) => unregister.call(value, value));
// Only asked of what cannot be cloned anyway, so that the handler it leaves behind does no harm.
const { then } = Promise.prototype;
learn(Promise.prototype, KIND.PROMISE, (value) => then.call(value, nothing, nothing));
// Generators and iterators have no question that would not advance them; their prototypes are answer enough.
const iterators = [[].values(), new Map().values(), new Set().values(), ""[Symbol.iterator](), "".matchAll(/a/g)];
for (const iterator of iterators) learn(getPrototypeOf(iterator), KIND.OPAQUE, nothing);
const generators = [function* () {}, async function* () {}];
for (const generator of generators) learn(getPrototypeOf(generator.prototype), KIND.OPAQUE, nothing);
for (const name of ["Collator", "DateTimeFormat", "NumberFormat", "PluralRules", "RelativeTimeFormat", "Segmenter"]) {
  if (globalThis.Intl?.[name] === undefined) continue;
  builtIn(Intl[name], KIND.OPAQUE, Intl[name].prototype.resolvedOptions);
}
for (const name of ["Module", "Instance", "Memory", "Table", "Global"]) {
  if (globalThis.WebAssembly?.[name] !== undefined) learn(WebAssembly[name].prototype, KIND.OPAQUE, nothing);
}
learn(require("dom_exception").DOMException.prototype, KIND.DOM_EXCEPTION, (value) => {
  if (!isError(value)) throw undefined;
});

// The kind of an object that is no function.
exports.kindOf = (object) => {
  if (proxyTarget(object) !== undefined) return KIND.PROXY;
  if (isArray(object)) return KIND.ARRAY;
  const prototype = getPrototypeOf(object);
  if (prototype === objectPrototype || prototype === null) {
    return toTag.call(object) === "[object Object]" ? KIND.PLAIN : disguised(object);
  }
  if (isView(object)) return KIND.VIEW;
  for (let ancestor = prototype; ancestor !== objectPrototype && ancestor !== null; ) {
    const found = get(ancestor);
    if (found !== undefined) return passes(found, object) ? found.kind : disguised(object);
    if (isInterface(ancestor)) return KIND.INTERFACE;
    ancestor = getPrototypeOf(ancestor);
  }
  if (isError(object)) return KIND.ERROR;
  return toTag.call(object) === "[object Object]" ? KIND.PLAIN : disguised(object);
};

function passes(found, object) {
  try {
    found.check(object);
    return true;
  } catch {
    return false;
  }
}

// The kind of an object whose prototype and tag disagree: everything is asked.
function disguised(object) {
  if (isView(object)) return KIND.VIEW;
  if (isError(object)) return KIND.ERROR;
  for (const found of known.values()) {
    if (found.check === nothing || found.kind === KIND.DOM_EXCEPTION) continue;
    // The getter of a source also works on the prototype of regular expressions, which is none.
    if (found.kind === KIND.REGEXP && object === RegExp.prototype) continue;
    if (passes(found, object)) return found.kind;
  }
  return isArguments(object) ? KIND.OPAQUE : KIND.PLAIN;
}

function isArguments(object) {
  // A tag of the program's own would hide it, and then nothing can tell.
  return toTag.call(object) === "[object Arguments]" && !(Symbol.toStringTag in object);
}
