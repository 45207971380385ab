// performance. The origin of time is the Unix epoch, as on the platform: `now()` is the time of day. Source: High
// Resolution Time, workers-api.md 9.

const { defineInterface, illegalInvocation, illegalConstructor } = require("interface");

const { now } = native.time;
const RUNTIME = Symbol("runtime");

class Performance {
  #brand;

  constructor(token) {
    if (token !== RUNTIME) throw illegalConstructor();
  }

  get timeOrigin() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return 0;
  }

  now() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return now();
  }

  toJSON() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return { timeOrigin: 0 };
  }
}
defineInterface(Performance);

exports.Performance = Performance;
exports.performance = new Performance(RUNTIME);
