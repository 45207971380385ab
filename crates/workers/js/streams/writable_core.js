// The state machine of a writable stream, without its public face.
//
//   writable ──► erroring ──► errored        (erroring: a write or close is still in flight)
//       └──────────────────► closed
//
// A `Writable` has at most one `Writer` and exactly one controller, which queues chunks and calls the sink one write
// at a time.

const { deferred, invoke, markHandled } = require("streams/checks");
const { SizedQueue } = require("streams/queue");

const releasedError = () => new TypeError("This WritableStream writer has been released.");
const closedError = () => new TypeError("This WritableStream has been closed.");
const lockedError = () => new TypeError("This WritableStream is currently locked to a writer.");
exports.releasedError = releasedError;
exports.closedError = closedError;
exports.lockedError = lockedError;

// What stands in the queue behind the last chunk of a stream that is to be closed.
const CLOSE = Symbol("close");

class Writable {
  state = "writable";
  storedError = undefined;
  writer = null;
  controller = null;
  writeRequests = [];
  inFlightWrite = null;
  closeRequest = null;
  inFlightClose = null;
  pendingAbort = null;
  backpressure = false;
  // The WritableStream that programs see, once there is one.
  face = null;

  get locked() {
    return this.writer !== null;
  }

  get closeQueuedOrInFlight() {
    return this.closeRequest !== null || this.inFlightClose !== null;
  }

  acquire() {
    if (this.writer !== null) throw lockedError();
    return (this.writer = new Writer(this));
  }

  abort(reason) {
    if (this.state === "closed" || this.state === "errored") return Promise.resolve(undefined);
    this.controller.abortSignal(reason);
    if (this.state === "closed" || this.state === "errored") return Promise.resolve(undefined);
    if (this.pendingAbort !== null) return this.pendingAbort.promise;
    const wasErroring = this.state === "erroring";
    const ends = deferred();
    this.pendingAbort = { ...ends, reason: wasErroring ? undefined : reason, wasErroring };
    if (!wasErroring) this.startErroring(reason);
    return ends.promise;
  }

  close() {
    if (this.state === "closed" || this.closeQueuedOrInFlight) return Promise.reject(closedError());
    if (this.state === "errored") return Promise.reject(this.storedError);
    this.closeRequest = deferred();
    const { promise } = this.closeRequest;
    if (this.writer !== null && this.backpressure && this.state === "writable") this.writer.ready.resolve(undefined);
    this.controller.close();
    return promise;
  }

  addWriteRequest() {
    const ends = deferred();
    this.writeRequests.push(ends);
    return ends.promise;
  }

  dealWithRejection(error) {
    if (this.state === "writable") this.startErroring(error);
    else this.finishErroring();
  }

  startErroring(reason) {
    this.state = "erroring";
    this.storedError = reason;
    this.writer?.failReady(reason);
    if (this.inFlightWrite === null && this.inFlightClose === null && this.controller.started) this.finishErroring();
  }

  finishErroring() {
    this.state = "errored";
    this.controller.queue.clear();
    const requests = this.writeRequests;
    this.writeRequests = [];
    for (const request of requests) request.reject(this.storedError);
    const { pendingAbort } = this;
    this.pendingAbort = null;
    if (pendingAbort === null) {
      this.rejectCloseAndClosed();
      return;
    }
    if (pendingAbort.wasErroring) {
      pendingAbort.reject(this.storedError);
      this.rejectCloseAndClosed();
      return;
    }
    this.controller.abortSteps(pendingAbort.reason).then(
      () => {
        pendingAbort.resolve(undefined);
        this.rejectCloseAndClosed();
      },
      (reason) => {
        pendingAbort.reject(reason);
        this.rejectCloseAndClosed();
      },
    );
  }

  rejectCloseAndClosed() {
    if (this.closeRequest !== null) {
      this.closeRequest.reject(this.storedError);
      this.closeRequest = null;
    }
    this.writer?.failClosed(this.storedError);
  }

  finishWrite() {
    this.inFlightWrite.resolve(undefined);
    this.inFlightWrite = null;
  }

  finishWriteWithError(error) {
    this.inFlightWrite.reject(error);
    this.inFlightWrite = null;
    this.dealWithRejection(error);
  }

  finishClose() {
    this.inFlightClose.resolve(undefined);
    this.inFlightClose = null;
    if (this.state === "erroring") {
      this.storedError = undefined;
      if (this.pendingAbort !== null) {
        this.pendingAbort.resolve(undefined);
        this.pendingAbort = null;
      }
    }
    this.state = "closed";
    this.writer?.closed.resolve(undefined);
  }

  finishCloseWithError(error) {
    this.inFlightClose.reject(error);
    this.inFlightClose = null;
    if (this.pendingAbort !== null) {
      this.pendingAbort.reject(error);
      this.pendingAbort = null;
    }
    this.dealWithRejection(error);
  }

  updateBackpressure(backpressure) {
    if (this.writer !== null && backpressure !== this.backpressure) {
      if (backpressure) this.writer.ready = deferred();
      else this.writer.ready.resolve(undefined);
    }
    this.backpressure = backpressure;
  }
}

class Writer {
  constructor(stream) {
    this.stream = stream;
    this.ready = deferred();
    this.closed = deferred();
    const { state } = stream;
    if (state === "writable") {
      if (stream.closeQueuedOrInFlight || !stream.backpressure) this.ready.resolve(undefined);
    } else if (state === "erroring") {
      settleRejected(this.ready, stream.storedError);
    } else if (state === "closed") {
      this.ready.resolve(undefined);
      this.closed.resolve(undefined);
    } else {
      settleRejected(this.ready, stream.storedError);
      settleRejected(this.closed, stream.storedError);
    }
  }

  // Rejects `ready`, with a new promise where the old one may be settled already.
  failReady(reason) {
    settleRejected(this.ready, reason);
    this.ready = rejected(reason);
  }

  failClosed(reason) {
    settleRejected(this.closed, reason);
    this.closed = rejected(reason);
  }

  get desiredSize() {
    const { state, controller } = this.stream;
    if (state === "errored" || state === "erroring") return null;
    return state === "closed" ? 0 : controller.desiredSize;
  }

  write(chunk) {
    const { stream } = this;
    const { controller } = stream;
    const size = controller.chunkSize(chunk);
    if (stream !== this.stream) return Promise.reject(releasedError());
    if (stream.state === "errored") return Promise.reject(stream.storedError);
    if (stream.closeQueuedOrInFlight || stream.state === "closed") return Promise.reject(closedError());
    if (stream.state === "erroring") return Promise.reject(stream.storedError);
    const promise = stream.addWriteRequest();
    controller.write(chunk, size);
    return promise;
  }

  release() {
    const { stream } = this;
    if (stream === null) return;
    const error = releasedError();
    this.failReady(error);
    this.failClosed(error);
    stream.writer = null;
    this.stream = null;
  }
}

// A writer's promises are for those who look; nobody has to.
const settleRejected = (ends, reason) => {
  markHandled(ends.promise);
  ends.reject(reason);
};

const rejected = (reason) => {
  const ends = deferred();
  settleRejected(ends, reason);
  return ends;
};

class WritableController {
  queue = new SizedQueue();
  started = false;
  // Called with the reason when the stream is aborted; set by whoever gives programs an AbortSignal.
  abortSignal = () => {};

  // `algorithms`: write(chunk), close(), abort(reason), each returning a promise.
  constructor(stream, algorithms, highWaterMark, size) {
    this.stream = stream;
    this.algorithms = algorithms;
    this.highWaterMark = highWaterMark;
    this.size = size;
    stream.controller = this;
    stream.updateBackpressure(this.backpressure);
  }

  begin(started) {
    started.then(
      () => {
        this.started = true;
        this.advance();
      },
      (reason) => {
        this.started = true;
        this.stream.dealWithRejection(reason);
      },
    );
  }

  get desiredSize() {
    return this.highWaterMark - this.queue.total;
  }

  get backpressure() {
    return this.desiredSize <= 0;
  }

  chunkSize(chunk) {
    if (this.size === undefined) return 1;
    try {
      return this.size(chunk);
    } catch (error) {
      this.errorIfNeeded(error);
      return 1;
    }
  }

  write(chunk, size) {
    try {
      this.queue.push(chunk, size);
    } catch (error) {
      this.errorIfNeeded(error);
      return;
    }
    const { stream } = this;
    if (!stream.closeQueuedOrInFlight && stream.state === "writable") stream.updateBackpressure(this.backpressure);
    this.advance();
  }

  close() {
    this.queue.push(CLOSE, 0);
    this.advance();
  }

  errorIfNeeded(error) {
    if (this.stream.state === "writable") this.error(error);
  }

  error(error) {
    this.algorithms = null;
    this.size = undefined;
    this.stream.startErroring(error);
  }

  abortSteps(reason) {
    const { algorithms } = this;
    this.algorithms = null;
    this.size = undefined;
    return algorithms === null ? Promise.resolve() : algorithms.abort(reason);
  }

  advance() {
    const { stream } = this;
    if (!this.started || stream.inFlightWrite !== null) return;
    if (stream.state === "erroring") {
      stream.finishErroring();
      return;
    }
    if (this.queue.length === 0 || stream.state !== "writable") return;
    const chunk = this.queue.peek();
    if (chunk === CLOSE) this.processClose();
    else this.processWrite(chunk);
  }

  processClose() {
    const { stream } = this;
    stream.inFlightClose = stream.closeRequest;
    stream.closeRequest = null;
    this.queue.shift();
    const closing = this.algorithms.close();
    this.algorithms = null;
    this.size = undefined;
    closing.then(
      () => stream.finishClose(),
      (reason) => stream.finishCloseWithError(reason),
    );
  }

  processWrite(chunk) {
    const { stream } = this;
    stream.inFlightWrite = stream.writeRequests.shift();
    this.algorithms.write(chunk).then(
      () => {
        stream.finishWrite();
        this.queue.shift();
        if (!stream.closeQueuedOrInFlight && stream.state === "writable") {
          stream.updateBackpressure(this.backpressure);
        }
        this.advance();
      },
      (reason) => {
        if (stream.state === "writable") {
          this.algorithms = null;
          this.size = undefined;
        }
        stream.finishWriteWithError(reason);
      },
    );
  }
}

exports.Writable = Writable;
exports.WritableController = WritableController;

// A writable stream for the runtime's own use; the algorithms may throw or return anything.
exports.createWritable = ({ start = Promise.resolve(), write, close, abort }, highWaterMark = 1, size = undefined) => {
  const stream = new Writable();
  const algorithms = {
    write: (chunk) => invoke(write, undefined, chunk),
    close: () => invoke(close, undefined),
    abort: (reason) => invoke(abort, undefined, reason),
  };
  new WritableController(stream, algorithms, highWaterMark, size).begin(start);
  return stream;
};
