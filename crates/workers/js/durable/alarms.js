// The alarm of an object, as `ctx.storage` and a transaction offer it.
// Source: workers-api.md 6.7.

function missing() {
  throw new Error("alarms are not available yet.");
}

exports.getAlarm = missing;
exports.setAlarm = missing;
exports.deleteAlarm = missing;
