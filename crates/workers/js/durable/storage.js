// DurableObjectStorage: what `ctx.storage` is.
//
// Writes of one turn become durable together after it; what the object sends meanwhile waits for that in the host, so
// a promise of a write is settled when it is returned.
// Source: workers-api.md 6.

const { defineInterface, wrongParameter } = require("interface");
const context = require("context");
const flags = require("flags");
const { onForget } = require("instances");
const operations = require("durable/operations");

const { promised } = operations;
const { storage: store } = native;

const make = Symbol("make");
const TYPE = "DurableObjectStorage";

// Calls of sync() that wait for the disk, by number.
const syncing = new Map();
let lastSync = 0;

class DurableObjectStorage {
  #owner;
  #sql;
  #kv;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
  }

  get(key, options = undefined) {
    return promised(() => operations.get(this.#owner, TYPE, arguments.length, key, options));
  }

  list(options = undefined) {
    return promised(() => operations.list(this.#owner, TYPE, options));
  }

  put(key, value, options = undefined) {
    return promised(() => operations.put(this.#owner, TYPE, arguments.length, key, value, options));
  }

  delete(key, options = undefined) {
    return promised(() => operations.delete(this.#owner, TYPE, arguments.length, key, options));
  }

  deleteAll(options = undefined) {
    return promised(() => {
      operations.optionsOf(options, "deleteAll", TYPE, 1, "PutOptions");
      store.deleteAll(this.#owner, flags.delete_all_deletes_alarm);
      operations.wrote(this.#owner);
    });
  }

  transaction(callback, options = undefined) {
    return promised(() => {
      if (typeof callback !== "function") throw wrongParameter("transaction", TYPE, 1, "Function");
      operations.optionsOf(options, "transaction", TYPE, 2, "TransactionOptions");
      return require("durable/transaction").transaction(this.#owner, callback);
    });
  }

  transactionSync(callback) {
    if (typeof callback !== "function") throw wrongParameter("transactionSync", TYPE, 1, "Function");
    return require("durable/transaction").transactionSync(this.#owner, callback);
  }

  getAlarm(options = undefined) {
    return promised(() => require("durable/alarms").getAlarm(this.#owner, options));
  }

  setAlarm(time, options = undefined) {
    return promised(() => {
      operations.requireArguments(1, arguments.length, "setAlarm", TYPE, "date");
      return require("durable/alarms").setAlarm(this.#owner, time, options);
    });
  }

  deleteAlarm(options = undefined) {
    return promised(() => require("durable/alarms").deleteAlarm(this.#owner, options));
  }

  // Resolves when everything written before, transactions that are open aside, is durable.
  sync() {
    return promised(() => {
      const number = ++lastSync;
      if (!store.sync(this.#owner, number, context.section)) return undefined;
      return new Promise((resolve) => syncing.set(number, { owner: this.#owner, resolve }));
    });
  }

  get sql() {
    this.#sql ??= require("durable/sql").sqlOf(this.#owner);
    return this.#sql;
  }

  get kv() {
    this.#kv ??= require("durable/kv").kvOf(this.#owner);
    return this.#kv;
  }
}
defineInterface(DurableObjectStorage);

exports.DurableObjectStorage = DurableObjectStorage;
exports.storageOf = (owner) => new DurableObjectStorage(make, owner);

// The host says that what call `number` of sync() waited for is durable.
exports.synced = (number) => {
  const call = syncing.get(number);
  if (call === undefined) return;
  syncing.delete(number);
  call.resolve();
};

onForget((owner) => {
  for (const [number, call] of syncing) if (call.owner === owner) syncing.delete(number);
});
