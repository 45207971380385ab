// Asks whether a value is a proxy, without loading anything before a program has made its first one.
//
// `proxy.js` is loaded when the global `Proxy` is first touched, which every way to make one begins with.

const { getOwnPropertyDescriptor } = Object;

let targetOf = null;

// What a proxy stands for; undefined for anything else.
exports.proxyTarget = (value) => {
  if (targetOf === null) {
    // Until it is touched the global is an accessor.
    if (getOwnPropertyDescriptor(globalThis, "Proxy")?.get !== undefined) return undefined;
    targetOf = require("structured_clone/proxy").targetOf;
  }
  return targetOf(value);
};
