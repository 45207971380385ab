// DurableObjectStorage: what `ctx.storage` is.
//
// Writes of one turn become durable together after it; what the object sends meanwhile waits for that in the host, so
// a promise of a write is settled when it is returned.
// Source: workers-api.md 6.

const { defineInterface, illegalInvocation, wrongParameter } = require("interface");
const context = require("context");
const budgets = require("budget");
const flags = require("flags");
const { onForget } = require("instances");
const operations = require("durable/operations");

const { failed, promised } = operations;
const { storage: store } = native;

const make = Symbol("make");
const TYPE = "DurableObjectStorage";

// Calls of sync() that wait for the disk, by number.
const syncing = new Map();
let lastSync = 0;

// The owner of a storage; set by the class.
let ownerOf;

class DurableObjectStorage {
  #owner;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
    lazy(this, "kv", () => require("durable/kv").kvOf(owner));
    lazy(this, "sql", () => require("durable/sql").sqlOf(owner));
  }

  static {
    ownerOf = (storage) => {
      if (typeof storage !== "object" || storage === null || !(#owner in storage)) throw illegalInvocation();
      return storage.#owner;
    };
  }

  get(key, options = undefined) {
    // By far the most frequent call, and the least to check.
    if (typeof key === "string" && options === undefined) {
      try {
        return Promise.resolve(operations.read(ownerOf(this), key));
      } catch (error) {
        return failed(error);
      }
    }
    return promised(() => operations.get(ownerOf(this), TYPE, arguments.length, key, options));
  }

  list(options = undefined) {
    return promised(() => operations.list(ownerOf(this), TYPE, options));
  }

  put(key, value, options = undefined) {
    return promised(() => operations.put(ownerOf(this), TYPE, arguments.length, key, value, options));
  }

  delete(key, options = undefined) {
    return promised(() => operations.delete(ownerOf(this), TYPE, arguments.length, key, options));
  }

  deleteAll(options = undefined) {
    return promised(() => {
      operations.optionsOf(options, "deleteAll", TYPE, 1, "PutOptions");
      store.deleteAll(ownerOf(this), flags.delete_all_deletes_alarm);
      operations.wrote(ownerOf(this));
    });
  }

  transaction(callback, options = undefined) {
    return promised(() => {
      if (typeof callback !== "function") throw wrongParameter("transaction", TYPE, 1, "function");
      operations.optionsOf(options, "transaction", TYPE, 2, "TransactionOptions");
      return require("durable/transaction").transaction(ownerOf(this), callback);
    });
  }

  transactionSync(callback) {
    if (typeof callback !== "function") throw wrongParameter("transactionSync", TYPE, 1, "function");
    return require("durable/transaction").transactionSync(ownerOf(this), callback);
  }

  getAlarm(options = undefined) {
    return promised(() => require("durable/alarms").getAlarm(ownerOf(this), options));
  }

  setAlarm(time, options = undefined) {
    return promised(() => {
      operations.requireArguments(1, arguments.length, "setAlarm", TYPE, "date");
      return require("durable/alarms").setAlarm(ownerOf(this), time, options);
    });
  }

  deleteAlarm(options = undefined) {
    return promised(() => require("durable/alarms").deleteAlarm(ownerOf(this), options));
  }

  getCurrentBookmark() {
    return promised(() => require("durable/bookmarks").getCurrentBookmark(ownerOf(this), () => this.sync()));
  }

  getBookmarkForTime(time) {
    return promised(() => require("durable/bookmarks").getBookmarkForTime(ownerOf(this), time, () => this.sync()));
  }

  onNextSessionRestoreBookmark(bookmark) {
    return promised(() => {
      operations.requireArguments(1, arguments.length, "onNextSessionRestoreBookmark", TYPE, "string");
      const sync = () => this.sync();
      return require("durable/bookmarks").onNextSessionRestoreBookmark(ownerOf(this), bookmark, sync);
    });
  }

  // There is one copy of an object, and it is past every bookmark it gave.
  waitForBookmark(bookmark) {
    return promised(() => {
      operations.requireArguments(1, arguments.length, "waitForBookmark", TYPE, "string");
      ownerOf(this);
      operations.textOf(bookmark);
    });
  }

  // Resolves when everything written before, transactions that are open aside, is durable.
  sync() {
    return promised(() => {
      const owner = ownerOf(this);
      const number = ++lastSync;
      if (!store.sync(owner, number, context.section)) return undefined;
      return new Promise((resolve) => syncing.set(number, { owner, resolve, budget: budgets.own() }));
    });
  }
}
defineInterface(DurableObjectStorage);
// The platform has it with its flag `experimental` only. Its own tests need it, so it is there, and out of sight.
Object.defineProperty(DurableObjectStorage.prototype, "waitForBookmark", { enumerable: false });

// A property that is made when it is first read.
function lazy(object, name, value) {
  const define = (descriptor) =>
    Object.defineProperty(object, name, { ...descriptor, enumerable: true, configurable: true });
  define({
    get() {
      const made = value();
      define({ value: made, writable: true });
      return made;
    },
    set(replaced) {
      define({ value: replaced, writable: true });
    },
  });
}

exports.DurableObjectStorage = DurableObjectStorage;
exports.storageOf = (owner) => new DurableObjectStorage(make, owner);

// The host says that what call `number` of sync() waited for is durable.
exports.synced = (number) => {
  const call = syncing.get(number);
  if (call === undefined) return;
  syncing.delete(number);
  if (budgets.resume(call.budget)) call.resolve();
};

onForget((owner) => {
  for (const [number, call] of syncing) if (call.owner === owner) syncing.delete(number);
});
