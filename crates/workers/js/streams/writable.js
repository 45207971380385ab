// WritableStream, its writer and its controller as programs see them. The machinery is in writable_core.

const { defineInterface, illegalConstructor, illegalInvocation, wrongConstructorParameter } = require("interface");
const { functionField, invoke, isObject } = require("streams/checks");
const { readStrategy } = require("streams/strategies");
const { Writable, WritableController, closedError, lockedError, releasedError } = require("streams/writable_core");

const secret = Symbol();

// The machinery behind a WritableStream, or null when `value` is none.
let writableOf;

class WritableStream {
  #core;

  static {
    writableOf = (value) => (isObject(value) && #core in value ? value.#core : null);
  }

  constructor(underlyingSink, queuingStrategy) {
    if (underlyingSink === secret) {
      this.#core = queuingStrategy;
      return;
    }
    const sink = underlyingSink ?? {};
    if (!isObject(sink)) throw wrongConstructorParameter("WritableStream", 1, "UnderlyingSink");
    this.#core = new Writable();
    this.#core.face = this;
    attachSink(this.#core, sink, readStrategy(queuingStrategy, 1));
  }

  get locked() {
    if (!(#core in this)) throw illegalInvocation();
    return this.#core.locked;
  }

  async abort(reason) {
    if (!(#core in this)) throw illegalInvocation();
    if (this.#core.locked) throw lockedError();
    return this.#core.abort(reason);
  }

  async close() {
    if (!(#core in this)) throw illegalInvocation();
    if (this.#core.locked) throw lockedError();
    return this.#core.close();
  }

  getWriter() {
    if (!(#core in this)) throw illegalInvocation();
    return new WritableStreamDefaultWriter(this);
  }
}

const attachSink = (stream, sink, { highWaterMark, size }) => {
  const [start, write, close, abort] = ["start", "write", "close", "abort"].map((field) =>
    functionField(sink, field, "UnderlyingSink"),
  );
  const algorithms = {
    write: (chunk) => (write === undefined ? Promise.resolve() : invoke(write, sink, chunk, face)),
    close: () => (close === undefined ? Promise.resolve() : invoke(close, sink)),
    abort: (reason) => (abort === undefined ? Promise.resolve() : invoke(abort, sink, reason)),
  };
  const controller = new WritableController(stream, algorithms, highWaterMark, size);
  const face = new WritableStreamDefaultController(secret, controller);
  controller.begin(start === undefined ? Promise.resolve() : invoke(start, sink, face));
};

class WritableStreamDefaultWriter {
  #writer;

  constructor(stream) {
    const core = writableOf(stream);
    if (core === null) throw wrongConstructorParameter("WritableStreamDefaultWriter", 1, "WritableStream");
    this.#writer = core.acquire();
  }

  get closed() {
    if (!(#writer in this)) return Promise.reject(illegalInvocation());
    return this.#writer.closed.promise;
  }

  get ready() {
    if (!(#writer in this)) return Promise.reject(illegalInvocation());
    return this.#writer.ready.promise;
  }

  get desiredSize() {
    if (!(#writer in this)) throw illegalInvocation();
    if (this.#writer.stream === null) throw releasedError();
    return this.#writer.desiredSize;
  }

  async abort(reason) {
    if (!(#writer in this)) throw illegalInvocation();
    if (this.#writer.stream === null) throw releasedError();
    return this.#writer.stream.abort(reason);
  }

  async close() {
    if (!(#writer in this)) throw illegalInvocation();
    const { stream } = this.#writer;
    if (stream === null) throw releasedError();
    if (stream.closeQueuedOrInFlight) throw closedError();
    return stream.close();
  }

  write(chunk) {
    if (!(#writer in this)) return Promise.reject(illegalInvocation());
    if (this.#writer.stream === null) return Promise.reject(releasedError());
    return this.#writer.write(chunk);
  }

  releaseLock() {
    if (!(#writer in this)) throw illegalInvocation();
    this.#writer.release();
  }
}

class WritableStreamDefaultController {
  #controller;
  #aborter = null;

  constructor(key, controller) {
    if (key !== secret) throw illegalConstructor();
    this.#controller = controller;
    controller.abortSignal = (reason) => this.#abortController().abort(reason);
  }

  // Made on demand: few sinks look at it.
  #abortController() {
    if (this.#aborter === null) {
      const { AbortController } = require("abort");
      this.#aborter = new AbortController();
    }
    return this.#aborter;
  }

  get signal() {
    if (!(#controller in this)) throw illegalInvocation();
    return this.#abortController().signal;
  }

  error(reason) {
    if (!(#controller in this)) throw illegalInvocation();
    this.#controller.errorIfNeeded(reason);
  }
}

// The WritableStream over a `Writable`; the same one each time.
exports.wrapWritable = (core) => (core.face ??= new WritableStream(secret, core));
exports.writableOf = writableOf;
exports.WritableStream = defineInterface(WritableStream);
exports.WritableStreamDefaultWriter = defineInterface(WritableStreamDefaultWriter);
exports.WritableStreamDefaultController = defineInterface(WritableStreamDefaultController);
