// SqlStorage: `ctx.storage.sql`.
// Source: workers-api.md 6.4.

exports.sqlOf = () => {
  throw new Error("storage.sql is not available yet.");
};
