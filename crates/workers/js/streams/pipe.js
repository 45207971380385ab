// pipeTo: moves chunks from a readable to a writable stream, and closing, errors and aborts with them.
// Both streams are locked until the pipe is finished; a finished pipe waits for the writes it has begun.

const { wrongField } = require("interface");
const { deferred, isObject, markHandled } = require("streams/checks");
const { lockedError } = require("streams/readable_core");

const noop = () => {};

// Pipes core streams; the promise settles when all is done.
// `options`: preventClose, preventAbort, preventCancel, signal.
exports.pipe = (source, destination, options) => {
  const { preventClose, preventAbort, preventCancel, signal } = readOptions(options);
  if (source.locked) throw lockedError();
  if (destination.locked) throw new TypeError("This WritableStream is currently locked to a writer");
  return new Pipe(source, destination, { preventClose, preventAbort, preventCancel, signal }).run();
};

const readOptions = (options) => {
  const { preventClose, preventAbort, preventCancel, signal } = options ?? {};
  if (signal !== undefined) {
    const { AbortSignal } = require("abort");
    if (!isObject(signal) || !(signal instanceof AbortSignal)) {
      throw wrongField("signal", "PipeToOptions", "AbortSignal");
    }
  }
  return {
    preventClose: Boolean(preventClose),
    preventAbort: Boolean(preventAbort),
    preventCancel: Boolean(preventCancel),
    signal,
  };
};

class Pipe {
  #finished = deferred();
  #shuttingDown = false;
  #lastWrite = Promise.resolve();

  constructor(source, destination, options) {
    this.source = source;
    this.destination = destination;
    this.options = options;
    this.reader = source.acquire();
    this.writer = destination.acquire();
    source.disturbed = true;
  }

  run() {
    const { signal } = this.options;
    if (signal !== undefined) {
      const abort = () => this.#abort(signal.reason);
      if (signal.aborted) {
        abort();
        return this.#finished.promise;
      }
      signal.addEventListener("abort", abort);
      this.unsubscribe = () => signal.removeEventListener("abort", abort);
    }
    this.#watch();
    this.#pump();
    return this.#finished.promise;
  }

  // Errors and closing, forward and backward, in the standard's order.
  #watch() {
    const { source, destination } = this;
    const { preventClose, preventAbort, preventCancel } = this.options;
    const onState = (core, promise, errored, closed) => {
      if (core.state === "errored") errored(core.storedError);
      else if (core.state === "closed") closed();
      else promise.then(closed, errored);
    };
    onState(
      source,
      this.reader.closedPromise(),
      (error) => {
        if (preventAbort) this.#shutdown(undefined, { error });
        else this.#shutdown(() => destination.abort(error), { error });
      },
      () => {
        if (preventClose) this.#shutdown();
        else this.#shutdown(() => this.#closeDestination());
      },
    );
    onState(
      destination,
      this.writer.closed.promise,
      (error) => {
        if (preventCancel) this.#shutdown(undefined, { error });
        else this.#shutdown(() => source.cancel(error), { error });
      },
      () => this.#destinationClosed(),
    );
    if (destination.closeQueuedOrInFlight) this.#destinationClosed();
  }

  #destinationClosed() {
    const error = new TypeError("This destination writable stream is closed.");
    if (this.options.preventCancel) this.#shutdown(undefined, { error });
    else this.#shutdown(() => this.source.cancel(error), { error });
  }

  #closeDestination() {
    const { destination } = this;
    if (destination.closeQueuedOrInFlight || destination.state === "closed") return Promise.resolve();
    if (destination.state === "errored") return Promise.reject(destination.storedError);
    return destination.close();
  }

  #pump() {
    const step = () => {
      if (this.#shuttingDown) return;
      const { ready } = this.writer;
      ready.promise.then(() => {
        if (this.#shuttingDown) return;
        this.reader.read({
          chunk: (value) => {
            this.#lastWrite = this.writer.write(value);
            markHandled(this.#lastWrite);
            // A microtask between chunks keeps a source that never waits from growing the stack.
            Promise.resolve().then(step);
          },
          close: noop,
          error: noop,
        });
      }, noop);
    };
    step();
  }

  #abort(reason) {
    const { source, destination } = this;
    this.#shutdown(
      async () => {
        const actions = [];
        if (!this.options.preventAbort && destination.state === "writable") actions.push(destination.abort(reason));
        if (!this.options.preventCancel && source.state === "readable") actions.push(source.cancel(reason));
        await Promise.all(actions);
      },
      { error: reason },
    );
  }

  // Ends the pipe once: what has been read is written first, then `action` runs, then the promise settles.
  async #shutdown(action, failure) {
    if (this.#shuttingDown) return;
    this.#shuttingDown = true;
    const { destination } = this;
    if (destination.state === "writable" && !destination.closeQueuedOrInFlight) {
      await this.#writesFinished();
    }
    try {
      await action?.();
      this.#finalize(failure);
    } catch (error) {
      this.#finalize({ error });
    }
  }

  async #writesFinished() {
    for (let write; write !== this.#lastWrite; ) {
      write = this.#lastWrite;
      await write.then(noop, noop);
    }
  }

  #finalize(failure) {
    this.writer.release();
    this.reader.release();
    this.unsubscribe?.();
    if (failure === undefined) this.#finished.resolve(undefined);
    else this.#finished.reject(failure.error);
  }
}
