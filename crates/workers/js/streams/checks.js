// Small checks and promise tools of the streams, fetch and file APIs. Nothing here keeps state.

const { wrongField } = require("interface");

const { isView } = ArrayBuffer;

const isObject = (value) => (typeof value === "object" && value !== null) || typeof value === "function";
exports.isObject = isObject;

// The function in `dictionary[field]`, or undefined; anything else is the platform's TypeError.
exports.functionField = (dictionary, field, name) => {
  const value = dictionary[field];
  if (value === undefined) return undefined;
  if (typeof value !== "function") throw wrongField(field, name, "function");
  return value;
};

// A Uint8Array over the same memory as `value`, or null when it is no buffer and no view.
exports.bytesView = (value) => {
  if (value instanceof Uint8Array) return value;
  if (isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isBuffer(value)) return new Uint8Array(value);
  return null;
};

const isBuffer = (value) =>
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer);
exports.isBuffer = isBuffer;

const noop = () => {};

// A promise with its two ends.
exports.deferred = () => {
  let resolve, reject;
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
};

// Says that a rejection of `promise` needs no handler of the program's.
exports.markHandled = (promise) => {
  promise.then(noop, noop);
  return promise;
};

// Calls a program's function; what it throws becomes a rejection.
exports.invoke = (callback, self, first, second) => {
  try {
    return Promise.resolve(callback.call(self, first, second));
  } catch (error) {
    return Promise.reject(error);
  }
};
