// Names in paths of calls that mean something to the runtime.

// What a stub's `connect()` calls on the other side.
exports.CONNECT = "\0connect";
