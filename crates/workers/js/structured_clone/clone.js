// structuredClone(). Source: HTML 2.7, with the errors of the Workers platform.

const { serialize } = require("structured_clone/writer");
const { deserialize } = require("structured_clone/reader");
const { KIND, kindOf } = require("structured_clone/kinds");
const { notSerializable } = require("structured_clone/describe");

const { transfer: move } = ArrayBuffer.prototype;
const detachedOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "detached").get;

// A buffer, or what cannot be transferred as an error.
function transferable(item) {
  const { DOMException } = require("dom_exception");
  if (item === null || typeof item !== "object") throw new TypeError("Object is not transferable");
  const kind = kindOf(item);
  if (kind === KIND.INTERFACE) throw notSerializable(item);
  if (kind === KIND.SHARED_BUFFER) throw new DOMException("Object is not transferable.", "DataCloneError");
  const buffer = kind === KIND.VIEW ? item.buffer : item;
  if (kindOf(buffer) !== KIND.BUFFER) throw new TypeError("Object is not transferable");
  if (detachedOf.call(buffer)) throw new DOMException("Object is not transferable.", "DataCloneError");
  return buffer;
}

exports.structuredClone = function structuredClone(value, options = undefined) {
  if (arguments.length === 0) {
    throw new TypeError(
      "Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'JsValue'.",
    );
  }
  if (options !== undefined && options !== null && typeof options !== "object") {
    throw new TypeError(
      "Failed to execute 'structuredClone' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'StructuredCloneOptions'.",
    );
  }
  const shared = [];
  const list = options?.transfer;
  if (list === undefined || list === null) return deserialize(serialize(value, { shared, takesPlatform: true }), { shared, takesPlatform: true });
  const transfer = new Map();
  for (const item of list) {
    const buffer = transferable(item);
    if (!transfer.has(buffer)) transfer.set(buffer, transfer.size);
  }
  const bytes = serialize(value, { transfer, shared, takesPlatform: true });
  // Only now, so that a getter that ran meanwhile still found its buffers whole, and a failure left them so.
  const transferred = [...transfer.keys()].map((buffer) => move.call(buffer));
  return deserialize(bytes, { transferred, shared, takesPlatform: true });
};
