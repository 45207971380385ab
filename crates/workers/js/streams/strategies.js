// Queuing strategies: how much a stream buffers before it asks its source or its writer to wait.

const { defineInterface, illegalInvocation, wrongConstructorParameter } = require("interface");
const { isObject } = require("streams/checks");

const initOf = (name, init) => {
  if (!isObject(init)) throw wrongConstructorParameter(name, 1, "QueuingStrategyInit");
  return Number(init.highWaterMark);
};

const byteLength = (chunk) => chunk?.byteLength;
const one = () => 1;

class ByteLengthQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = initOf("ByteLengthQueuingStrategy", init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return byteLength;
  }
}

class CountQueuingStrategy {
  #highWaterMark;

  constructor(init) {
    this.#highWaterMark = initOf("CountQueuingStrategy", init);
  }

  get highWaterMark() {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return this.#highWaterMark;
  }

  get size() {
    if (!(#highWaterMark in this)) throw illegalInvocation();
    return one;
  }
}

// Reads `{ highWaterMark, size }` as a stream constructor takes it; `size` is undefined when every chunk counts one.
exports.readStrategy = (strategy, defaultMark) => {
  if (strategy === undefined || strategy === null) return { highWaterMark: defaultMark, size: undefined };
  const { highWaterMark, size } = strategy;
  return {
    highWaterMark: highWaterMark === undefined ? defaultMark : markOf(highWaterMark),
    size: size === undefined || size === one ? undefined : sizeOf(strategy, size),
  };
};

const sizeOf = (strategy, size) => {
  if (typeof size !== "function") {
    throw new TypeError(
      "Incorrect type for the 'size' field on 'StreamQueuingStrategy': the provided value is not of type 'function'.",
    );
  }
  return (chunk) => size.call(strategy, chunk);
};

const markOf = (value) => {
  const mark = Number(value);
  if (mark !== mark) {
    throw new TypeError("The value cannot be converted because it is not an integer.");
  }
  if (mark < 0) {
    throw new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive bigint.",
    );
  }
  return mark;
};

exports.ByteLengthQueuingStrategy = defineInterface(ByteLengthQueuingStrategy);
exports.CountQueuingStrategy = defineInterface(CountQueuingStrategy);
