// queueMicrotask. Source: HTML 8.4.

const { reportException } = require("report");
const { wrongParameter } = require("interface");

const { then } = Promise.prototype;
const { apply } = Reflect;
const resolved = Promise.resolve();

exports.queueMicrotask = function queueMicrotask(callback) {
  if (typeof callback !== "function") {
    throw wrongParameter("queueMicrotask", "ServiceWorkerGlobalScope", 1, "function");
  }
  apply(then, resolved, [
    () => {
      try {
        apply(callback, globalThis, []);
      } catch (error) {
        reportException(error);
      }
    },
  ]);
};
