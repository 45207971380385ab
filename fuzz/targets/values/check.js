// What is checked of each input. Given `require`, the value of this script is a function of the bytes that throws when a
// promise is broken.
(function (require) {
  "use strict";
  const { serialize, deserialize } = require("structured_clone/v8");

  const isTooDeep = (error) => error instanceof RangeError && error.message.startsWith("Maximum call stack size exceeded");
  const read = (bytes) => {
    try {
      return { value: deserialize(bytes) };
    } catch (error) {
      if (error.constructor === Error && error.message === "Unable to deserialize cloned data.") return undefined;
      if (isTooDeep(error)) return undefined;
      if (error.name === "DataCloneError" && error.message === "Deserialization failed: error message is not a string") return undefined;
      throw error;
    }
  };
  const write = (value) => {
    try {
      return serialize(value);
    } catch (error) {
      if (isTooDeep(error)) return undefined;
      throw error;
    }
  };
  const same = (left, right) => left.length === right.length && left.every((byte, i) => byte === right[i]);

  return (buffer) => {
    const first = read(buffer);
    if (first === undefined) return;
    const written = write(first.value);
    if (written === undefined) return;
    const second = read(written);
    if (second === undefined) throw new Error(`what was written is not read: ${written.toHex()}`);
    const again = write(second.value);
    if (again !== undefined && !same(written, again)) {
      throw new Error(`written differently: ${written.toHex()} then ${again.toHex()}`);
    }
  };
});
