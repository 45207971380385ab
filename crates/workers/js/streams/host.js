// Streams over bodies that the host holds, and over bytes that are already here.
//
// A host body source is `{ pull(): Promise<Uint8Array | null>, cancel(reason), bodyId, length? }`; null is the end.
// Until a program touches the stream no controller and no queue exist, and the source can be handed back natively.

const { Readable, byteReader } = require("streams/readable_core");
const { createByteReadable } = require("streams/readable_byte");
const { readableOf, wrapReadable } = require("streams/readable");

const isEmpty = (chunk) => chunk !== null && chunk.byteLength === 0;

// A byte ReadableStream over a host body source.
exports.hostStream = (source) => {
  const stream = new Readable();
  stream.untouched = source;
  stream.expectedLength = source.length;
  stream.start = start;
  return wrapReadable(stream);
};

// Makes the controller of a host stream: the source's only reader from now on.
const start = (stream) => {
  const source = stream.untouched;
  const controller = createByteReadable(
    {
      async pull() {
        let chunk;
        do chunk = await source.pull();
        while (isEmpty(chunk));
        if (chunk === null) controller.finish();
        else controller.enqueue(chunk);
      },
      async cancel(reason) {
        source.cancel(reason);
      },
    },
    0,
    stream,
  );
};

// A byte ReadableStream that gives `bytes` and ends. The memory becomes the stream's.
exports.bytesStream = (bytes) => {
  const stream = new Readable();
  stream.expectedLength = bytes.byteLength;
  stream.untouched = bytes;
  stream.start = (self) => {
    const controller = createByteReadable({ async pull() {}, async cancel() {} }, 0, self);
    if (bytes.byteLength > 0) controller.enqueue(bytes);
    controller.close();
  };
  return wrapReadable(stream);
};

// The host body source under `stream`, or null when it has none, is locked or has been read from.
exports.sourceOf = (stream) => {
  const core = readableOf(stream);
  if (core === null || core.locked || core.disturbed) return null;
  return typeof core.untouched?.pull === "function" ? core.untouched : null;
};

// Takes the stream from the program: it is locked and disturbed from now on. Gives back either its untouched
// host body source or `{ pull(): Promise<Uint8Array | null>, cancel(reason), length? }` over its chunks, so that a
// body is read in the same way wherever it comes from.
exports.drain = (stream) => {
  const core = readableOf(stream);
  if (exports.sourceOf(stream) !== null) return core.surrender();
  const length = core.expectedLength;
  const { next, cancel } = byteReader(core);
  core.disturbed = true;
  return { pull: next, cancel, length };
};

// How many bytes a stream will give in all, or undefined.
exports.expectedLength = (stream) => readableOf(stream).expectedLength;
