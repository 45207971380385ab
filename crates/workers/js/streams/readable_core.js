// The state machine of a readable stream, without its public face.
//
//   readable ──close──► closed
//      └─────error────► errored
//
// A `Readable` has at most one `Reader` and exactly one controller, which holds the queue and calls the source.
// Read requests are objects `{ chunk(value), close(value), error(reason) }`; exactly one of the three is called, once.
// A controller has `pullSteps(request)`, `cancelSteps(reason) -> Promise`, `releaseSteps()`.
// A stream over a host body makes its controller only when somebody touches it (`start`).

const { bytesView, deferred, markHandled } = require("streams/checks");

const lockedError = () => new TypeError("This ReadableStream is currently locked to a reader.");
const releasedError = () => new TypeError("This ReadableStream reader has been released.");
exports.lockedError = lockedError;
exports.releasedError = releasedError;

class Readable {
  state = "readable";
  storedError = undefined;
  disturbed = false;
  reader = null;
  controller = null;
  // What an untouched stream stands for: a host body source, or bytes that it owns.
  untouched = null;
  // How many bytes the stream will give in all, where that is known.
  expectedLength = undefined;
  // Makes the controller of a stream that nobody has touched yet.
  start = null;
  // The ReadableStream that programs see, once there is one.
  face = null;

  // The controller, made now if it was put off.
  ensureController() {
    if (this.controller === null) {
      const { start } = this;
      this.start = null;
      start(this);
    }
    return this.controller;
  }

  get locked() {
    return this.reader !== null;
  }

  close() {
    this.state = "closed";
    const { reader } = this;
    if (reader === null) return;
    reader.closed?.resolve(undefined);
    if (reader.byob) return;
    const { requests } = reader;
    reader.requests = [];
    for (const request of requests) request.close(undefined);
  }

  error(reason) {
    this.state = "errored";
    this.storedError = reason;
    const { reader } = this;
    if (reader === null) return;
    reader.closed?.reject(reason);
    reader.failRequests(reason);
  }

  // Tells the source that nobody wants the rest. Resolves with undefined.
  cancel(reason) {
    this.disturbed = true;
    if (this.state === "closed") return Promise.resolve(undefined);
    if (this.state === "errored") return Promise.reject(this.storedError);
    this.ensureController();
    this.untouched = null;
    this.close();
    const { reader } = this;
    if (reader !== null && reader.byob) {
      const { requests } = reader;
      reader.requests = [];
      for (const request of requests) request.close(undefined);
    }
    return this.controller.cancelSteps(reason).then(() => undefined);
  }

  // Gives up an untouched stream for what it stands for: it is locked for good, and no controller is made.
  surrender() {
    const { untouched } = this;
    this.untouched = null;
    this.disturbed = true;
    this.reader = new Reader(this, false);
    return untouched;
  }

  // Locks the stream. Throws the platform's TypeError when it is locked already.
  acquire(byob = false) {
    if (this.reader !== null) throw lockedError();
    this.ensureController();
    this.untouched = null;
    return (this.reader = new Reader(this, byob));
  }
}

class Reader {
  // The pending requests, oldest first.
  requests = [];
  // The ends of the `closed` promise, once somebody asked for it.
  closed = null;

  constructor(stream, byob) {
    this.stream = stream;
    this.byob = byob;
  }

  // The promise behind the public `closed`; made on demand, since few programs look.
  closedPromise() {
    if (this.closed !== null) return this.closed.promise;
    const ends = (this.closed = deferred());
    markHandled(ends.promise);
    if (this.stream === null) ends.reject(releasedError());
    else if (this.stream.state === "closed") ends.resolve(undefined);
    else if (this.stream.state === "errored") ends.reject(this.stream.storedError);
    return ends.promise;
  }

  failRequests(reason) {
    const { requests } = this;
    this.requests = [];
    for (const request of requests) request.error(reason);
  }

  // Asks for the next chunk. The reader must not be released.
  read(request) {
    const { stream } = this;
    stream.disturbed = true;
    if (stream.state === "closed") request.close(undefined);
    else if (stream.state === "errored") request.error(stream.storedError);
    else stream.controller.pullSteps(request);
  }

  // The next chunk as `{ value, done }`.
  readResult() {
    return new Promise((resolve, reject) => {
      this.read({
        chunk: (value) => resolve({ value, done: false }),
        close: () => resolve({ value: undefined, done: true }),
        error: reject,
      });
    });
  }

  cancel(reason) {
    return this.stream.cancel(reason);
  }

  // Unlocks the stream; what is pending is rejected.
  release() {
    const { stream } = this;
    if (stream === null) return;
    const error = releasedError();
    if (this.closed !== null) {
      if (stream.state === "readable") this.closed.reject(error);
      else this.closed = null;
    }
    stream.controller.releaseSteps();
    stream.reader = null;
    this.stream = null;
    this.failRequests(error);
  }
}

exports.Readable = Readable;

// Everything in the stream as one Uint8Array, which the caller owns. Locks the stream for good.
// Chunks that are not bytes are the platform's TypeError.
exports.collectBytes = async (stream) => {
  const { next } = exports.byteReader(stream);
  const chunks = [];
  let length = 0;
  for (let chunk; (chunk = await next()) !== null; ) {
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  return joinBytes(chunks, length);
};

// A new Uint8Array with the contents of all. Chunks are copied: a program may still hold them.
const joinBytes = (chunks, length) => {
  const all = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
};
exports.joinBytes = joinBytes;

// Locks the stream and reads it as a sequence of byte chunks: `next()` resolves with a Uint8Array or, at the end, null.
// `cancel(reason)` gives up the rest.
exports.byteReader = (stream) => {
  const reader = stream.acquire();
  const next = () =>
    new Promise((resolve, reject) => {
      reader.read({
        chunk(value) {
          const bytes = bytesView(value);
          if (bytes !== null) return resolve(bytes);
          const error = new TypeError("This ReadableStream did not return bytes.");
          markHandled(reader.cancel(error));
          reject(error);
        },
        close: () => resolve(null),
        error: reject,
      });
    });
  return { next, cancel: (reason) => reader.cancel(reason) };
};
