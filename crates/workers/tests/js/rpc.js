// Stubs, promises and properties, over a host that passes everything to the same isolate.

let last = 0;
const capabilities = new Map();
const references = new Map();
const released = [];

// Imports by number -> key of the export; an export is released when its last import is.
const enter = (key) => {
  capabilities.set(++last, key);
  references.set(key, (references.get(key) ?? 0) + 1);
  return last;
};
native.rpc = {
  script: 0,
  expose: (owner, section, key) => enter(key),
  dup: (number) => enter(capabilities.get(number)),
  release(number) {
    const key = capabilities.get(number);
    capabilities.delete(number);
    references.set(key, references.get(key) - 1);
    if (references.get(key) > 0) return;
    released.push(key);
    queueMicrotask(() => require("rpc/exported").released(key));
  },
  invokeStub(owner, section, number, path, bytes, externals) {
    const call = ++last;
    const key = capabilities.get(number);
    queueMicrotask(() => {
      require("rpc/serve").invoke([], call, 0, key, undefined, path, bytes, externals);
    });
    return call;
  },
  answer(answer, bytes, externals, disposer) {
    queueMicrotask(() => require("host/outgoing").returned(answer, bytes, externals, disposer));
  },
  namespaces: () => ({}),
  resets: () => 0,
};
native.calls = {
  cancel() {},
  fail(answer, name, message, _stack, marks, thrown) {
    queueMicrotask(() => require("host/outgoing").failed(answer, name, message, marks, thrown));
  },
};
native.bodies ??= { cancel() {} };
for (const name of ["sockets", "ids", "storage", "objects"]) native[name] ??= {};
native.sockets.words ??= new Uint32Array(9);
native.sockets.texts ??= new Uint8Array(64);
native.sockets.payloads ??= [];

const { RpcStub, RpcTarget, RpcPromise, RpcProperty } = require("rpc/stubs");

class Counter extends RpcTarget {
  n;
  own = "own";
  constructor(n = 0) {
    super();
    this.n = n;
  }
  inc(by = 1) {
    return (this.n += by);
  }
  get value() {
    return this.n;
  }
  next() {
    return new Counter(this.n + 1);
  }
  both() {
    return { counter: new Counter(this.n), list: [1, 2] };
  }
  fail() {
    throw new RangeError("too far");
  }
  async use(f) {
    return [await f(1), await f(2)];
  }
  text() {
    return "text";
  }
}

test("methods and getters of a target", async () => {
  const stub = new RpcStub(new Counter(5));
  assertEquals(await stub.inc(2), 7);
  assertEquals(await stub.value, 7);
});

test("members of the object itself are not there", async () => {
  const stub = new RpcStub(new Counter(5));
  await assertRejects(stub.own, TypeError, 'The RPC receiver does not implement the method "own".');
  await assertRejects(stub.toStringTag(), TypeError, 'The RPC receiver does not implement the method "toStringTag".');
});

test("what the program sees", () => {
  const stub = new RpcStub(() => 1);
  assert(stub instanceof RpcStub);
  assert(stub.a instanceof RpcProperty);
  assert(stub.a.b instanceof RpcProperty);
  assertEquals(typeof stub, "function");
  assertEquals(stub.then, undefined);
  assertEquals(Object.keys(stub), []);
  assertEquals(stub[0], undefined);
});

test("a call gives a promise that can be called before it settles", async () => {
  const stub = new RpcStub(new Counter(1));
  const next = stub.next();
  assert(next instanceof RpcPromise);
  assertEquals(await next.inc(10), 12);
  assertEquals(await stub.next().next().next().value, 4);
  assertEquals(await stub.both().list, [1, 2]);
  assertEquals(await stub.both().counter.inc(), 2);
});

test("pipelined calls keep their order and the arguments of their time", async () => {
  const next = new RpcStub(new Counter(0)).next();
  const calls = [next.inc(1), next.inc(10), next.value];
  assertEquals(await Promise.all(calls), [2, 12, 12]);
});

test("failures of calls, and of what hangs on them", async () => {
  const stub = new RpcStub(new Counter());
  const error = await assertRejects(stub.fail(), RangeError, "too far");
  assertEquals(error.remote, true);
  await assertRejects(stub.fail().inc(), RangeError, "too far");
  await assertRejects(stub.text().length(), TypeError, 'The RPC receiver does not implement the method "length".');
});

test("functions are called back", async () => {
  const stub = new RpcStub(new Counter());
  assertEquals(await stub.use((x) => x * 3), [3, 6]);
});

test("a result's stubs are released together", async () => {
  const stub = new RpcStub(new Counter(3));
  const both = await stub.both();
  const before = released.length;
  both[Symbol.dispose]();
  assertEquals(released.length, before + 1);
  await assertRejects(both.counter.inc(), Error, "RPC stub used after being disposed.");
});

test("calls that wait for one that is cut give back what they hold", async () => {
  const invocation = require("invocation").begin();
  const stub = new RpcStub({ wait: () => new Promise(() => {}) });
  const before = capabilities.size;
  const waiting = stub.wait();
  waiting.first(() => 1).second(() => 2);
  assertEquals(capabilities.size, before + 2);
  invocation.cut();
  // With the stub itself, which was held as long as the invocation.
  assertEquals(capabilities.size, before - 1);
});

test("a disposer runs once, after the last duplicate", async () => {
  let count = 0;
  class Noisy extends RpcTarget {
    [Symbol.dispose]() {
      count++;
    }
  }
  const one = new RpcStub(new Noisy());
  const two = one.dup();
  one[Symbol.dispose]();
  await null;
  assertEquals(count, 0);
  two[Symbol.dispose]();
  two[Symbol.dispose]();
  await null;
  await null;
  assertEquals(count, 1);
});

test("arguments that cannot be sent leave nothing behind", async () => {
  const stub = new RpcStub(new Counter());
  const before = capabilities.size;
  await assertRejects(stub.use(() => 1, Symbol("s")), "DataCloneError", "Symbol(s) could not be cloned.");
  assertEquals(capabilities.size, before);
});

test("a result that cannot be sent leaves its stubs with their holder, whatever their numbers", async () => {
  const latest = last;
  // The number that marks a stub among what is beside the bytes.
  last = 0;
  const kept = new RpcStub(new Counter(7));
  last = latest;
  const stub = new RpcStub({ give: () => [() => 1, kept, Symbol("s")] });
  const before = capabilities.size;
  await assertRejects(stub.give(), "DataCloneError", "Symbol(s) could not be cloned.");
  assertEquals(capabilities.size, before);
  assertEquals(await kept.inc(), 8);
});

test("what came with bytes that cannot be read is given back", async () => {
  const { PromiseHandler } = require("rpc/stubs");
  const { expose } = require("rpc/exported");
  const held = () => expose({}, true, undefined);
  const unreadable = new Uint8Array([0xff, 15, 0x7b]);
  const message = "Unable to deserialize cloned data.";
  const target = capabilities.get(expose({ take() {} }, true, undefined));
  const before = capabilities.size;

  const result = new PromiseHandler();
  result.returned(unreadable, [1, held()], held());
  await assertRejects(result.promise, Error, message);
  assertEquals(capabilities.size, before);

  const call = new PromiseHandler();
  call.sent(++last);
  require("rpc/serve").invoke([], last, 0, target, undefined, "take", unreadable, [1, held()]);
  await assertRejects(call.promise, Error, message);
  assertEquals(capabilities.size, before);
});

test("a class of the program's own cannot be sent", async () => {
  class Point {}
  const stub = new RpcStub({ make: () => new Point() });
  const message = 'Could not serialize object of type "Point". This type does not support serialization.';
  await assertRejects(stub.make(), "DataCloneError", message);
});

test("a path has an end", () => {
  let at = new RpcStub({});
  assertThrows(() => {
    for (let depth = 0; depth < 100; depth++) at = at.x;
  }, TypeError, "RPC pipelined property path is too deep (max 64).");
});
