// The default controller: a queue of arbitrary chunks between a source and a reader.

const { defineInterface, illegalConstructor, illegalInvocation } = require("interface");
const { functionField, invoke } = require("streams/checks");
const { SizedQueue } = require("streams/queue");
const { Controller } = require("streams/readable_controller");
const { Readable } = require("streams/readable_core");

class DefaultController extends Controller {
  queue = new SizedQueue();

  // `size` undefined counts every chunk as one.
  constructor(stream, algorithms, highWaterMark, size) {
    super(stream, algorithms, highWaterMark);
    this.size = size;
  }

  get queued() {
    return this.queue.total;
  }

  close() {
    this.closeRequested = true;
    if (this.queue.length === 0) {
      this.clearAlgorithms();
      this.stream.close();
    }
  }

  enqueue(chunk) {
    const { reader } = this.stream;
    if (reader !== null && reader.requests.length > 0) {
      reader.requests.shift().chunk(chunk);
    } else {
      try {
        this.queue.push(chunk, this.size === undefined ? 1 : this.size(chunk));
      } catch (error) {
        this.error(error);
        throw error;
      }
    }
    this.callPullIfNeeded();
  }

  error(reason) {
    if (this.stream.state !== "readable") return;
    this.queue.clear();
    this.clearAlgorithms();
    this.stream.error(reason);
  }

  clearAlgorithms() {
    this.algorithms = null;
    this.size = undefined;
  }

  cancelSteps(reason) {
    this.queue.clear();
    const result = this.algorithms.cancel(reason);
    this.clearAlgorithms();
    return result;
  }

  pullSteps(request) {
    if (this.queue.length > 0) {
      const chunk = this.queue.shift();
      if (this.closeRequested && this.queue.length === 0) {
        this.clearAlgorithms();
        this.stream.close();
      } else {
        this.callPullIfNeeded();
      }
      request.chunk(chunk);
      return;
    }
    this.stream.reader.requests.push(request);
    this.callPullIfNeeded();
  }

  releaseSteps() {}
}

// A readable stream for the runtime's own use; `start` is an optional promise that the first pull waits for.
exports.createReadable = ({ start = Promise.resolve(), pull, cancel }, highWaterMark = 1, size = undefined) => {
  const stream = new Readable();
  new DefaultController(stream, { pull, cancel }, highWaterMark, size).begin(start);
  return stream;
};

const secret = Symbol();

class ReadableStreamDefaultController {
  #controller;

  constructor(key, controller) {
    if (key !== secret) throw illegalConstructor();
    this.#controller = controller;
  }

  get desiredSize() {
    if (!(#controller in this)) throw illegalInvocation();
    return this.#controller.desiredSize;
  }

  close() {
    if (!(#controller in this)) throw illegalInvocation();
    if (!this.#controller.canCloseOrEnqueue) throw new TypeError("This ReadableStream is closed.");
    this.#controller.close();
  }

  enqueue(chunk) {
    if (!(#controller in this)) throw illegalInvocation();
    if (!this.#controller.canCloseOrEnqueue) throw new TypeError("Unable to enqueue");
    this.#controller.enqueue(chunk);
  }

  error(reason) {
    if (!(#controller in this)) throw illegalInvocation();
    this.#controller.error(reason);
  }
}

// Gives `stream` a default controller over a program's underlying source.
exports.attachDefaultSource = (stream, source, { highWaterMark, size }) => {
  const start = functionField(source, "start", "UnderlyingSource");
  const pull = functionField(source, "pull", "UnderlyingSource");
  const cancel = functionField(source, "cancel", "UnderlyingSource");
  const algorithms = {
    pull: () => (pull === undefined ? Promise.resolve() : invoke(pull, source, face)),
    cancel: (reason) => (cancel === undefined ? Promise.resolve() : invoke(cancel, source, reason)),
  };
  const controller = new DefaultController(stream, algorithms, highWaterMark, size);
  const face = new ReadableStreamDefaultController(secret, controller);
  controller.begin(start === undefined ? Promise.resolve() : invoke(start, source, face));
};

exports.ReadableStreamDefaultController = defineInterface(ReadableStreamDefaultController);
