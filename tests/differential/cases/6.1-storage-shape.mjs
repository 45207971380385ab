// Section 6.1: the storage object of a class on either backend, as an object.
import { probes } from "../probes.mjs";

export const variants = { sqlite: { sqlite: true }, "key-value": {} };
export const { config, worker, client } = probes({ inObject: true }, {
  "the class": ({ ctx }) => [Object.prototype.toString.call(ctx.storage), ctx.storage.constructor.name],
  "own properties": ({ ctx }) => Reflect.ownKeys(ctx.storage).sort(),
  "methods": ({ ctx }) => ["get", "put", "delete", "list", "deleteAll", "transaction", "transactionSync", "sync", "getAlarm", "setAlarm", "deleteAlarm", "getCurrentBookmark", "getBookmarkForTime", "onNextSessionRestoreBookmark"].map((name) => typeof ctx.storage[name]),
  "always the same": ({ ctx }) => ctx.storage === ctx.storage,
  "no constructor for programs": ({ ctx }) => new ctx.storage.constructor(),
  "a method without its object": ({ ctx }) => { const { get } = ctx.storage; return get("a"); },
  "a method on another object": ({ ctx }) => ctx.storage.get.call({}, "a"),
  "no globals": () => [typeof DurableObjectStorage, typeof DurableObjectTransaction, typeof DurableObjectState],
});
