// ReadableStreamDefaultReader and ReadableStreamBYOBReader: what programs read a stream with.

const { defineInterface, illegalInvocation, wrongConstructorParameter, wrongParameter } = require("interface");
const { releasedError } = require("streams/readable_core");
const { readableOf } = require("streams/readable");

const { isView } = ArrayBuffer;

class ReadableStreamDefaultReader {
  #reader;

  constructor(stream) {
    const core = readableOf(stream);
    if (core === null) throw wrongConstructorParameter("ReadableStreamDefaultReader", 1, "ReadableStream");
    this.#reader = core.acquire(false);
  }

  get closed() {
    if (!(#reader in this)) return Promise.reject(illegalInvocation());
    return this.#reader.closedPromise();
  }

  async cancel(reason) {
    if (!(#reader in this)) throw illegalInvocation();
    if (this.#reader.stream === null) throw releasedError();
    return this.#reader.cancel(reason);
  }

  read() {
    if (!(#reader in this)) return Promise.reject(illegalInvocation());
    if (this.#reader.stream === null) return Promise.reject(releasedError());
    return this.#reader.readResult();
  }

  releaseLock() {
    if (!(#reader in this)) throw illegalInvocation();
    this.#reader.release();
  }
}

class ReadableStreamBYOBReader {
  #reader;

  constructor(stream) {
    const core = readableOf(stream);
    if (core === null) throw wrongConstructorParameter("ReadableStreamBYOBReader", 1, "ReadableStream");
    this.#reader = acquireByob(core);
  }

  get closed() {
    if (!(#reader in this)) return Promise.reject(illegalInvocation());
    return this.#reader.closedPromise();
  }

  async cancel(reason) {
    if (!(#reader in this)) throw illegalInvocation();
    if (this.#reader.stream === null) throw releasedError();
    return this.#reader.cancel(reason);
  }

  async read(view, options) {
    if (!(#reader in this)) throw illegalInvocation();
    if (!isView(view)) throw wrongParameter("read", "ReadableStreamBYOBReader", 1, "ArrayBufferView");
    return readInto(this.#reader, view, options?.min);
  }

  async readAtLeast(minElements, view) {
    if (!(#reader in this)) throw illegalInvocation();
    if (!isView(view)) throw wrongParameter("readAtLeast", "ReadableStreamBYOBReader", 2, "ArrayBufferView");
    return readInto(this.#reader, view, minElements);
  }

  releaseLock() {
    if (!(#reader in this)) throw illegalInvocation();
    this.#reader.release();
  }
}

const acquireByob = (core) => {
  // An ordinary stream is refused before the lock is looked at.
  if (core.ensureController().pullInto === undefined) {
    throw new TypeError("This ReadableStream does not support BYOB reads.");
  }
  return core.acquire(true);
};

const readInto = (reader, view, min) => {
  const { stream } = reader;
  if (stream === null) throw releasedError();
  if (view.byteLength === 0) {
    throw new TypeError('You must call read() on a "byob" reader with a positive-sized TypedArray object.');
  }
  const minimum = min === undefined ? 1 : Math.trunc(Number(min)) || 0;
  const length = view instanceof DataView ? view.byteLength : view.length;
  if (minimum < 1) throw new TypeError(`Requested invalid minimum number of bytes to read (${minimum}).`);
  if (minimum > length) throw new TypeError(`Minimum bytes to read (${minimum}) exceeds size of buffer (${length}).`);
  return new Promise((resolve, reject) => {
    stream.disturbed = true;
    if (stream.state === "errored") {
      reject(stream.storedError);
      return;
    }
    stream.controller.pullInto(view, minimum, {
      chunk: (value) => resolve({ value, done: false }),
      close: (value) => resolve({ value, done: true }),
      error: reject,
    });
  });
};

exports.ReadableStreamDefaultReader = defineInterface(ReadableStreamDefaultReader);
exports.ReadableStreamBYOBReader = defineInterface(ReadableStreamBYOBReader);
