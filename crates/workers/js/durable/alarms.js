// The alarm of an object: what `ctx.storage` and a transaction offer, and the run of its handler.
//
// Whether a class can be woken is seen when its instance is made; while the constructor runs nobody knows yet.
// Source: workers-api.md 6.7.

const { millisecondsOf } = require("dates");
const { defineInterface, illegalConstructor, wrongParameter } = require("interface");
const { optionsOf } = require("durable/operations");

const { alarms, host } = native;
const STORAGE = "DurableObjectStorage";

exports.getAlarm = (owner, options, type = STORAGE) => {
  optionsOf(options, "getAlarm", type, 1, "GetAlarmOptions");
  return alarms.get(owner);
};

exports.setAlarm = (owner, time, options, type = STORAGE) => {
  const ms = millisecondsOf(time, () => wrongParameter("setAlarm", type, 1, "date"));
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
