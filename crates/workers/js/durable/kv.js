// SyncKvStorage: `ctx.storage.kv`, the key-value API without promises.
// Source: workers-api.md 6.5.

exports.kvOf = () => {
  throw new Error("storage.kv is not available yet.");
};
