// IdentityTransformStream and FixedLengthStream: bytes in, the same bytes out.
// There is no queue between the sides: a write is done when a reader has taken its bytes.

const { defineInterface, wrongConstructorParameter } = require("interface");
const { bytesView, deferred } = require("streams/checks");
const { createByteReadable } = require("streams/readable_byte");
const { TransformStream, secret } = require("streams/transform");
const { createWritable } = require("streams/writable_core");

// The two cores of a byte pipe; `expected` is the exact number of bytes to pass, or undefined for any.
const bytePipe = (highWaterMark, size, expected) => {
  let left = expected;
  let wanted = deferred();

  const readable = createByteReadable({
    async pull() {
      wanted.resolve();
    },
    async cancel(reason) {
      writable.controller.errorIfNeeded(reason);
      wanted.resolve();
    },
  });
  readable.stream.expectedLength = expected;

  const fail = (error) => {
    readable.error(error);
    throw error;
  };

  const writable = createWritable(
    {
      async write(chunk) {
        const bytes = bytesOf(chunk);
        if (bytes === null) fail(new TypeError(NOT_BYTES));
        if (bytes.byteLength === 0) return;
        if (left !== undefined) {
          if (bytes.byteLength > left) {
            fail(new TypeError("Attempt to write too many bytes through a FixedLengthStream."));
          }
          left -= bytes.byteLength;
        }
        await wanted.promise;
        if (writable.state === "erroring") throw writable.storedError;
        wanted = deferred();
        readable.enqueue(bytes);
      },
      close() {
        if (left !== undefined && left > 0) {
          fail(new TypeError("FixedLengthStream did not see all expected bytes before close()."));
        }
        readable.finish();
      },
      abort(reason) {
        readable.error(reason);
      },
    },
    highWaterMark,
    size,
  );
  // A write that waits for a reader must not hold an abort up.
  writable.controller.abortSignal = (reason) => {
    readable.error(reason);
    wanted.resolve();
  };
  return { readable: readable.stream, writable };
};

const NOT_BYTES =
  "This TransformStream is being used as a byte stream, but received an object of " +
  "non-ArrayBuffer/ArrayBufferView type on its writable side.";

// The bytes of a chunk in memory of their own; null when it is neither bytes nor a string.
const bytesOf = (chunk) => {
  if (typeof chunk === "string") return require("encoding").utf8Encode(chunk);
  const view = bytesView(chunk);
  return view === null ? null : view.slice();
};

class IdentityTransformStream extends TransformStream {
  constructor(strategy) {
    super(secret, pipeFor(strategy));
  }
}

class FixedLengthStream extends IdentityTransformStream {
  constructor(expectedLength, strategy) {
    super({ [FIXED]: lengthOf(expectedLength), strategy });
  }
}

const FIXED = Symbol();

const pipeFor = (options) => {
  const fixed = options?.[FIXED];
  const strategy = fixed === undefined ? options : options.strategy;
  const mark = strategy?.highWaterMark;
  // With a mark, sizes count in bytes; without one, a single write may wait.
  if (mark === undefined) return bytePipe(1, undefined, fixed);
  return bytePipe(Number(mark), (chunk) => chunk.byteLength ?? chunk.length ?? 1, fixed);
};

const lengthOf = (value) => {
  if (value === undefined) throw wrongConstructorParameter("FixedLengthStream", 1, "bigint");
  const length = Math.trunc(Number(value));
  if (length !== length) throw new TypeError("The value cannot be converted because it is not an integer.");
  if (length < 0) {
    throw new TypeError(
      "The value cannot be converted because it is negative and this API expects a positive bigint.",
    );
  }
  if (length >= 2 ** 53) throw new TypeError("FixedLengthStream requires an integer expected length less than 2^53.");
  return length;
};

exports.IdentityTransformStream = defineInterface(IdentityTransformStream);
exports.FixedLengthStream = defineInterface(FixedLengthStream);
