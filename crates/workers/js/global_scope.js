// What the global object says about itself. Source: workers-api.md 9.

const { defineInterface, illegalConstructor } = require("interface");
const { EventTarget } = require("events");

class WorkerGlobalScope extends EventTarget {
  constructor() {
    throw illegalConstructor();
  }

  // The global object is made by the engine and keeps its own prototype.
  static [Symbol.hasInstance](value) {
    return value === globalThis;
  }
}
defineInterface(WorkerGlobalScope);

class ServiceWorkerGlobalScope extends WorkerGlobalScope {}
defineInterface(ServiceWorkerGlobalScope);

// The namespace of what the platform tells about itself.
const Cloudflare = Object.create({}, {
  compatibilityFlags: { value: require("flags"), enumerable: true },
});
Object.defineProperty(Object.getPrototypeOf(Cloudflare), Symbol.toStringTag, { value: "Cloudflare" });

exports.WorkerGlobalScope = WorkerGlobalScope;
exports.ServiceWorkerGlobalScope = ServiceWorkerGlobalScope;
exports.self = globalThis;
exports.origin = "null";
exports.Cloudflare = Cloudflare;
