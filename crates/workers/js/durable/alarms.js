// The alarm of an object: what `ctx.storage` and a transaction offer, and the run of its handler.
//
// Whether a class can be woken is seen when its instance is made; while the constructor runs nobody knows yet.
// Source: workers-api.md 6.7.

const { defineInterface, illegalConstructor, wrongParameter } = require("interface");
const { optionsOf } = require("durable/operations");

const { alarms, host } = native;
const { isFinite } = Number;
const { trunc } = Math;
const timeOf = Function.prototype.call.bind(Date.prototype.getTime);

// Times are kept in nanoseconds, in 64 bits.
const MS_MAX = 2 ** 63 / 1e6;

const STORAGE = "DurableObjectStorage";

// The milliseconds of a number or a Date, which alone count as times.
function msOf(time, type) {
  let ms = time;
  if (typeof ms !== "number") {
    try {
      ms = timeOf(time);
    } catch {
      throw wrongParameter("setAlarm", type, 1, "date");
    }
  }
  if (!isFinite(ms)) throw new TypeError("The value cannot be converted because it is not a valid Date.");
  if (ms >= MS_MAX) throw new TypeError("This API doesn't support dates after 2189.");
  if (ms <= -MS_MAX) throw new TypeError("This API doesn't support dates before 1687.");
  return trunc(ms);
}

exports.getAlarm = (owner, options, type = STORAGE) => {
  optionsOf(options, "getAlarm", type, 1, "GetAlarmOptions");
  return alarms.get(owner);
};

exports.setAlarm = (owner, time, options, type = STORAGE) => {
  const ms = msOf(time, type);
  const { allowUnconfirmed } = optionsOf(options, "setAlarm", type, 2, "SetAlarmOptions");
  if (ms <= 0) throw new TypeError("setAlarm() cannot be called with an alarm time <= 0");
  if (require("dispatch").alarmOf(owner) === null) {
    throw new TypeError("Your Durable Object class must have an alarm() handler in order to call setAlarm()");
  }
  alarms.set(owner, ms, Boolean(allowUnconfirmed));
};

exports.deleteAlarm = (owner, options, type = STORAGE) => {
  const { allowUnconfirmed } = optionsOf(options, "deleteAlarm", type, 1, "SetAlarmOptions");
  alarms.delete(owner, Boolean(allowUnconfirmed));
};

const make = Symbol("make");

class AlarmInvocationInfo {
  constructor(key, scheduledTime, retryCount) {
    if (key !== make) throw illegalConstructor();
    const field = (value) => ({ value, enumerable: true, configurable: true });
    Object.defineProperties(this, {
      scheduledTime: field(scheduledTime),
      retryCount: field(retryCount),
      isRetry: field(retryCount > 0),
    });
  }
}
defineInterface(AlarmInvocationInfo);

// Runs the handler of an object; `done` is told when it has ended. The host knows the run by its number.
exports.run = (owner, { instance, alarm }, run, scheduledTime, retryCount, done) => {
  if (alarm === null) {
    host.warn(
      "Attempted to run a scheduled alarm without a handler, did you remember to export an alarm() function?",
    );
    alarms.end(owner, run, true);
    done();
    return;
  }
  const failed = (error) => {
    host.logUncaught(error);
    alarms.end(owner, run, false);
    done();
  };
  let result;
  try {
    result = alarm.call(instance, new AlarmInvocationInfo(make, scheduledTime, retryCount));
  } catch (error) {
    failed(error);
    return;
  }
  Promise.resolve(result).then(() => {
    alarms.end(owner, run, true);
    done();
  }, failed);
};
