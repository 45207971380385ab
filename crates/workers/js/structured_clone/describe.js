// How the platform names a value it cannot clone, without running any of the program's code.

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const objectToString = Object.prototype.toString;
const functionToString = Function.prototype.toString;
const symbolToString = Symbol.prototype.toString;
const { proxyTarget } = require("structured_clone/proxies");

// The value of a property, looked up without calling getters.
function dataOf(object, key) {
  for (let holder = object; holder !== null; holder = getPrototypeOf(holder)) {
    if (proxyTarget(holder) !== undefined) return undefined;
    const descriptor = getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}
exports.dataOf = dataOf;

// The name of the function that made an object, or "".
exports.constructorName = (object) => {
  const constructor = dataOf(object, "constructor");
  if (typeof constructor !== "function") return "";
  const name = getOwnPropertyDescriptor(constructor, "name")?.value;
  return typeof name === "string" ? name : "";
};

function sourceOf(fn) {
  const source = functionToString.call(fn);
  return source.replace(/^(function )(?:bound )?(.*?\()(\) )\{\s*\[native code\]\s*\}$/s, "$1$2$3{ [native code] }");
}

function describe(value) {
  if (typeof value === "symbol") return symbolToString.call(value);
  if (typeof value === "function") {
    const isStub = require("rpc/stubs").handlerOf(value) !== undefined;
    return isStub ? `#<${exports.constructorName(getPrototypeOf(value))}>` : sourceOf(value);
  }
  const target = proxyTarget(value);
  if (target !== undefined) return describe(target);
  if (dataOf(value, "toString") === objectToString) {
    const name = exports.constructorName(value);
    if (name !== "") return `#<${name}>`;
  }
  const tag = dataOf(value, Symbol.toStringTag);
  return typeof tag === "string" ? `[object ${tag}]` : objectToString.call(value);
}

exports.describe = describe;

// The DataCloneError for a value that no serialization knows.
exports.notCloneable = (value) => {
  const { DOMException } = require("dom_exception");
  return new DOMException(`${describe(value)} could not be cloned.`, "DataCloneError");
};

// The DataCloneError for an object of one of the runtime's classes.
exports.notSerializable = (object) => {
  const { DOMException } = require("dom_exception");
  return new DOMException(refusal(object), "DataCloneError");
};

function refusal(object) {
  const { handlerOf, isRpcTarget } = require("rpc/stubs");
  if (handlerOf(object) instanceof require("rpc/service").FetcherHandler) {
    return "ServiceStub cannot be serialized in this context.";
  }
  if (isRpcTarget(object)) return "Remote RPC references can only be serialized for RPC.";
  if (require("abort").isSignal(object)) return "AbortSignal serialization is not enabled.";
  for (const [file, name] of [["readable", "ReadableStream"], ["writable", "WritableStream"]]) {
    if (object instanceof require(`streams/${file}`)[name]) return `${name} can only be serialized for RPC.`;
  }
  const type = exports.constructorName(object) || "Object";
  return `Could not serialize object of type "${type}". This type does not support serialization.`;
}

exports.detached = () => {
  const { DOMException } = require("dom_exception");
  return new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
};
