// The virtual module `workerd:unsafe`, which programs that test themselves import: objects go out of memory, or are reset,
// at a word instead of some time. It is there with the compatibility flag `unsafe_module` only.
//
// Promises what workerd's own tests lean on. There are no gates of experiments here, and nothing that counts wrappers.

const context = require("context");
const { started } = require("host/outgoing");
const { handlerOf } = require("rpc/stubs");
const { ObjectHandler } = require("durable/namespace");
const { FetcherHandler } = require("rpc/service");
const { defineInterface } = require("interface");

const { orders } = native;

// Whether the hibernatable sockets of evicted objects are closed.
function closes(options) {
  const mode = options?.webSockets;
  if (mode === undefined || mode === "hibernate") return false;
  if (mode === "close") return true;
  throw new TypeError('options.webSockets must be "hibernate" or "close".');
}

// Tells the objects of every thread, and waits until it is done.
async function all(what, closing = false) {
  const { owner, section } = context;
  const done = [];
  for (let thread = 0; thread < orders.threads(); thread++) {
    done.push(started(orders.all(owner, section, closing, thread, what)));
  }
  await Promise.all(done);
}

class UnsafeModule {
  async evict(stub, options = undefined) {
    const closing = closes(options);
    const handler = handlerOf(stub);
    if (!(handler instanceof FetcherHandler)) {
      throw new TypeError("Failed to execute 'evict' on 'UnsafeModule': parameter 1 is not of type 'Fetcher'.");
    }
    if (!(handler instanceof ObjectHandler)) {
      throw new Error("evict() can only be used on a Durable Object stub.");
    }
    const { owner, section } = context;
    const { namespace, id, name } = handler;
    await started(orders.evict(owner, section, closing, namespace, id, name));
  }

  async evictAllDurableObjects(options = undefined) {
    await all("evict", closes(options));
  }

  async abortAllDurableObjects() {
    await all("abort");
  }

  async deleteAllDurableObjects() {
    await all("delete");
  }

  isTestAutogateEnabled() {
    return false;
  }

  getCondemnedWrapperCount() {
    return 0;
  }
}
defineInterface(UnsafeModule);

exports.default = new UnsafeModule();
