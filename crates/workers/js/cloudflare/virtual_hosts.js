// `ctx.mapVirtualHost()`: a host name that connect() takes for a stub.
//
// A stub has one name as long as it lives; a copy of it that was sent somewhere gets another.

const named = new WeakMap();
const stubs = new Map();
const forgotten = new FinalizationRegistry((hostname) => stubs.delete(hostname));

// `host:port` for `stub`.
exports.mapVirtualHost = (stub, port) => {
  let name = named.get(stub);
  if (name === undefined) {
    const { crypto } = require("crypto");
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const hostname = `${hex}.workers.alt`;
    stubs.set(hostname, new WeakRef(stub));
    forgotten.register(stub, hostname);
    name = `${hostname}:${port}`;
    named.set(stub, name);
  }
  return name;
};

// The stub a host name stands for, if it is one of these.
exports.stubAt = (hostname) => stubs.get(hostname)?.deref();
