// Async iteration over a stream, and streams made from iterables (`ReadableStream.from`).

const { wrongParameter } = require("interface");
const { isObject } = require("streams/checks");
const { createReadable } = require("streams/readable_default");

const { getPrototypeOf } = Object;
const AsyncIteratorPrototype = getPrototypeOf(getPrototypeOf((async function* () {}).prototype));

// The iterator behind `for await (const chunk of stream)`: calls queue up, one runs at a time.
class StreamIterator {
  #reader;
  #preventCancel;
  #finished = false;
  #last = undefined;

  constructor(stream, preventCancel) {
    this.#reader = stream.acquire();
    this.#preventCancel = preventCancel;
  }

  next() {
    return this.#after(() => this.#next());
  }

  return(value) {
    return this.#after(() => this.#return(value));
  }

  #after(step) {
    this.#last = this.#last === undefined ? step() : this.#last.then(step, step);
    return this.#last;
  }

  async #next() {
    if (this.#finished) return { value: undefined, done: true };
    try {
      const result = await this.#reader.readResult();
      if (result.done) this.#finish();
      return result;
    } catch (error) {
      this.#finish();
      throw error;
    }
  }

  async #return(value) {
    if (!this.#finished) {
      const cancelled = this.#preventCancel ? undefined : this.#reader.cancel(value);
      this.#finish();
      await cancelled;
    }
    return { value, done: true };
  }

  #finish() {
    this.#finished = true;
    this.#reader.release();
  }
}

Object.setPrototypeOf(StreamIterator.prototype, AsyncIteratorPrototype);
for (const key of ["next", "return"]) Object.defineProperty(StreamIterator.prototype, key, { enumerable: true });

// Locks the stream and iterates over it; leaving the loop early cancels it unless `preventCancel`.
exports.iterate = (stream, preventCancel) => new StreamIterator(stream, preventCancel);

// A `Readable` over anything that iterates, synchronously or not.
exports.readableFrom = (iterable) => {
  const iterator = iteratorOf(iterable);
  const { next } = iterator;
  const stream = createReadable(
    {
      async pull() {
        const result = await next.call(iterator);
        if (!isObject(result)) throw new TypeError("The iterator result is not an object");
        if (result.done) stream.controller.close();
        else stream.controller.enqueue(await result.value);
      },
      async cancel(reason) {
        const end = iterator.return;
        if (end === undefined || end === null) return;
        const result = await end.call(iterator, reason);
        if (!isObject(result)) throw new TypeError("The iterator result is not an object");
      },
    },
    0,
  );
  return stream;
};

const iteratorOf = (iterable) => {
  if (iterable !== undefined && iterable !== null) {
    const method = iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator];
    if (typeof method === "function") {
      const iterator = method.call(iterable);
      if (isObject(iterator)) return iterator;
    }
  }
  throw wrongParameter("from", "ReadableStream", 1, "AsyncGenerator");
};
