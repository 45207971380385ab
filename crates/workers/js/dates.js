// What the platform takes for a time: a number of milliseconds, or a Date.

const { isFinite } = Number;
const { trunc } = Math;
const timeOf = Function.prototype.call.bind(Date.prototype.getTime);

// Times are kept in nanoseconds, in 64 bits.
const MS_MAX = 2 ** 63 / 1e6;

// The milliseconds of a time. `wrong()` is the error for what is none.
exports.millisecondsOf = (time, wrong) => {
  let ms = time;
  if (typeof ms !== "number") {
    try {
      ms = timeOf(time);
    } catch {
      throw wrong();
    }
  }
  if (!isFinite(ms)) throw new TypeError("The value cannot be converted because it is not a valid Date.");
  if (ms >= MS_MAX) throw new TypeError("This API doesn't support dates after 2189.");
  if (ms <= -MS_MAX) throw new TypeError("This API doesn't support dates before 1687.");
  return trunc(ms);
};
