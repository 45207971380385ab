// The global `Proxy`, which remembers what it made.
//
// The language hides whether an object is a proxy; the platform refuses to clone one and prints one as its target. As
// long as no program has touched the global, there is none and this file is not even loaded.

const { defineProperty } = Object;
const { NativeProxy } = require("globals");
const { revocable } = NativeProxy;

const targets = new WeakMap();
const targetOf = targets.get.bind(targets);
const remember = targets.set.bind(targets);

defineProperty(NativeProxy, "revocable", {
  value: {
    revocable(target, handler) {
      const made = revocable(target, handler);
      remember(made.proxy, target);
      return made;
    },
  }.revocable,
  writable: true,
  configurable: true,
});

// A proxy of the class itself, because only so does it keep its looks: no prototype, native code.
exports.Proxy = new NativeProxy(NativeProxy, {
  __proto__: null,
  construct(_class, [target, handler]) {
    const proxy = new NativeProxy(target, handler);
    remember(proxy, target);
    return proxy;
  },
});

// What a proxy stands for; undefined for anything else.
exports.targetOf = (value) => (typeof value === "object" || typeof value === "function" ? targetOf(value) : undefined);
