// Arguments and results on their way in. What they refer to becomes stubs and streams again.

const { deserialize } = require("structured_clone/reader");
const { HOST } = require("structured_clone/format");
const { StubHandler } = require("rpc/stubs");

const { rpc, bodies } = native;

class Unpacking {
  // The stubs of the value, for whoever disposes of all of them.
  group = null;
  used = 0;

  constructor(externals) {
    this.externals = externals;
  }

  // The number of the external at a place.
  take(place) {
    return this.externals?.[place * 2 + 1];
  }

  read(type, input) {
    if (type === HOST.RPC_STUB) {
      const number = this.take(input.varint()) ?? -1;
      return new StubHandler(number, (this.group ??= new Set())).proxy;
    }
    return require("rpc/platform").read(this, type, input);
  }
}

function unpack(bytes, externals) {
  const unpacking = new Unpacking(externals);
  const value = deserialize(bytes, { rpc: unpacking });
  return { value, group: unpacking.group };
}

// Disposes of every stub of a group.
function disposeAll(group) {
  if (group !== null) for (const stub of [...group]) stub.dispose();
}

// Gives back what arrived with a value that nobody takes.
exports.refuse = (externals, disposer) => {
  if (disposer !== undefined) rpc.release(disposer);
  if (externals === undefined) return;
  for (let at = 0; at < externals.length; at += 2) {
    if (externals[at] === 1) rpc.release(externals[at + 1]);
    else bodies.cancel(externals[at + 1]);
  }
};

// The array of arguments, and the group of their stubs.
exports.packedArguments = unpack;
exports.disposeAll = disposeAll;

// What a call gave, with a disposer of its own where it is an object.
exports.result = (bytes, externals, disposer) => {
  const { value, group } = unpack(bytes, externals);
  if (typeof value === "object" && value !== null) {
    // A stub by itself, so that the end of the invocation runs the callee's disposer where nobody else did.
    const callee = disposer === undefined ? null : new StubHandler(disposer, null);
    Object.defineProperty(value, Symbol.dispose, {
      value: () => {
        disposeAll(group);
        callee?.dispose();
      },
      writable: true,
      enumerable: false,
      configurable: true,
    });
  } else if (group !== null) {
    // A stub and nothing else: it is disposed of by itself.
    for (const stub of group) stub.group = null;
  }
  return value;
};
