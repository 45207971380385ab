// DurableObjectTransaction, and what runs a program's function as one: `storage.transaction()`, in a critical section, and
// `storage.transactionSync()`. What is written through `ctx.storage` meanwhile is part of it too.
// Source: workers-api.md 6.2 and 6.5.

const { defineInterface } = require("interface");
const { onForget } = require("instances");
const operations = require("durable/operations");

const { promised } = operations;
const { storage: store } = native;

const make = Symbol("make");
const TYPE = "DurableObjectTransaction";

const OPEN = 0;
const COMMITTED = 1;
const ROLLED_BACK = 2;

// Open transactions by owner, the outermost first.
const open = new Map();

// Ends a transaction of an object, which is the innermost one. Those of an instance that was reset ended with it, and
// what is open now is its successor's.
function end(txn, owner, isCommitted) {
  const own = open.get(owner);
  if (own === undefined || !own.includes(txn)) return;
  own.pop();
  if (own.length === 0) open.delete(owner);
  store.end(owner, isCommitted);
  if (!isCommitted) operations.wrote(owner);
}

let commit;
let abandon;

class DurableObjectTransaction {
  #owner;
  #state = OPEN;

  constructor(key, owner) {
    if (key !== make) throw new TypeError("Illegal constructor");
    this.#owner = owner;
  }

  // The owner, where the transaction still takes calls.
  #check(call) {
    if (this.#state === ROLLED_BACK) throw new Error(`Cannot ${call} on rolled back transaction`);
    if (this.#state === COMMITTED) {
      throw new Error(
        `Cannot call ${call} on transaction that has already committed: did you move \`txn\` outside of the closure?`,
      );
    }
    return this.#owner;
  }

  get(key, options = undefined) {
    return promised(() => operations.get(this.#check("get()"), TYPE, arguments.length, key, options));
  }

  list(options = undefined) {
    return promised(() => operations.list(this.#check("list()"), TYPE, options));
  }

  put(key, value, options = undefined) {
    return promised(() => operations.put(this.#check("put()"), TYPE, arguments.length, key, value, options));
  }

  delete(key, options = undefined) {
    return promised(() => operations.delete(this.#check("delete()"), TYPE, arguments.length, key, options));
  }

  deleteAll() {
    throw new Error("Cannot call deleteAll() within a transaction");
  }

  rollback() {
    if (this.#state === ROLLED_BACK) return;
    const owner = this.#check("rollback()");
    if (open.get(owner)?.at(-1) !== this) {
      throw new Error("Cannot roll back an outer transaction while a nested transaction is still running.");
    }
    this.#state = ROLLED_BACK;
    end(this, owner, false);
  }

  getAlarm(options = undefined) {
    return promised(() => require("durable/alarms").getAlarm(this.#check("getAlarm()"), options, TYPE));
  }

  setAlarm(time, options = undefined) {
    return promised(() => {
      operations.requireArguments(1, arguments.length, "setAlarm", TYPE, "date");
      return require("durable/alarms").setAlarm(this.#check("setAlarm()"), time, options, TYPE);
    });
  }

  deleteAlarm(options = undefined) {
    return promised(() => require("durable/alarms").deleteAlarm(this.#check("deleteAlarm()"), options, TYPE));
  }

  static {
    commit = (txn) => {
      if (txn.#state !== OPEN) return;
      txn.#state = COMMITTED;
      end(txn, txn.#owner, true);
    };
    abandon = (txn) => {
      if (txn.#state === OPEN) end(txn, txn.#owner, false);
      txn.#state = ROLLED_BACK;
    };
  }
}
defineInterface(DurableObjectTransaction);

// Runs `callback` in a critical section as a transaction: a promise of what it returns, or throws.
exports.transaction = (owner, callback) => {
  const run = async () => {
    const txn = new DurableObjectTransaction(make, owner);
    store.begin(owner);
    const own = open.get(owner);
    if (own === undefined) open.set(owner, [txn]);
    else own.push(txn);
    let value;
    try {
      value = await Reflect.apply(callback, globalThis, [txn]);
    } catch (error) {
      // The section itself does not fail: the object goes on.
      abandon(txn);
      return { error };
    }
    commit(txn);
    return { value };
  };
  return require("durable/sections")
    .openSection(owner, run)
    .then((outcome) => {
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    });
};

// Runs `callback` now; what it wrote is undone when it throws.
exports.transactionSync = (owner, callback) => {
  store.savepoint(owner);
  let value;
  try {
    value = Reflect.apply(callback, globalThis, []);
  } catch (error) {
    // After a failure of the disk nothing is left to be undone.
    if (!store.hasFailed(owner)) store.rollbackTo(owner);
    operations.wrote(owner);
    throw error;
  }
  if (store.hasFailed(owner)) throw new Error("Cannot commit transaction due to an earlier SQL critical error");
  store.release(owner);
  return value;
};

exports.DurableObjectTransaction = DurableObjectTransaction;

onForget((owner) => open.delete(owner));
