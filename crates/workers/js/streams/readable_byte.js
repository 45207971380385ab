// The byte controller: a queue of bytes between a source and a reader, with "bring your own buffer" reads.
//
// A pull-into is a reader's (or an automatically allocated) buffer that waits to be filled:
//   { buffer, byteOffset, byteLength, filled, minimum, elementSize, construct, kind: "default" | "byob" | "none" }
// `kind` is "none" once the reader that asked for it has been released.
// Buffers are transferred when they change hands, so that a program cannot alter bytes that are under way.

const { defineInterface, illegalConstructor, illegalInvocation, wrongParameter } = require("interface");
const { functionField, invoke } = require("streams/checks");
const { Controller } = require("streams/readable_controller");
const { Readable } = require("streams/readable_core");

const { isView } = ArrayBuffer;
const transfer = (buffer) => buffer.transfer();

class ByteController extends Controller {
  // Entries `{ buffer, byteOffset, byteLength }`.
  queue = [];
  total = 0;
  pullIntos = [];
  // The ReadableStreamBYOBRequest of the first pull-into, once somebody asked for it.
  byobRequest = null;

  // `autoAllocate` is a chunk size or undefined.
  constructor(stream, algorithms, highWaterMark, autoAllocate) {
    super(stream, algorithms, highWaterMark);
    this.autoAllocate = autoAllocate;
  }

  get queued() {
    return this.total;
  }

  // Ends the stream once the queue is empty. Half an element in a reader's view is a TypeError.
  close() {
    if (!this.canCloseOrEnqueue) return;
    if (this.total > 0) {
      this.closeRequested = true;
      return;
    }
    const [first] = this.pullIntos;
    if (first !== undefined && first.filled % first.elementSize !== 0) {
      const error = new TypeError("Insufficient bytes to fill elements in the given buffer");
      this.error(error);
      throw error;
    }
    this.clearAlgorithms();
    this.stream.close();
  }

  // Ends the stream and answers a reader's waiting buffers; for sources that never respond to them.
  finish() {
    try {
      this.close();
    } catch {
      // Half an element is left over: the reader has the error.
      return;
    }
    if (this.stream.state === "closed" && this.pullIntos.length > 0) this.respond(0);
  }

  // Takes over the memory of `view`, which must not be empty.
  enqueue(view) {
    if (!this.canCloseOrEnqueue) return;
    const { byteOffset, byteLength } = view;
    const buffer = transfer(view.buffer);
    const [first] = this.pullIntos;
    if (first !== undefined) {
      this.invalidateRequest();
      first.buffer = transfer(first.buffer);
      if (first.kind === "none") this.enqueueDetached(first);
    }
    const { reader } = this.stream;
    if (reader !== null && !reader.byob) {
      this.fillRequestsFromQueue();
      if (reader.requests.length === 0) {
        this.push(buffer, byteOffset, byteLength);
      } else {
        if (this.pullIntos.length > 0) this.pullIntos.shift();
        reader.requests.shift().chunk(new Uint8Array(buffer, byteOffset, byteLength));
      }
    } else {
      this.push(buffer, byteOffset, byteLength);
      if (reader !== null) for (const filled of this.fillPullIntosFromQueue()) this.commit(filled);
    }
    this.callPullIfNeeded();
  }

  push(buffer, byteOffset, byteLength) {
    this.queue.push({ buffer, byteOffset, byteLength });
    this.total += byteLength;
  }

  error(reason) {
    if (this.stream.state !== "readable") return;
    this.clearPullIntos();
    this.clearQueue();
    this.clearAlgorithms();
    this.stream.error(reason);
  }

  clearQueue() {
    this.queue = [];
    this.total = 0;
  }

  clearAlgorithms() {
    this.algorithms = null;
  }

  clearPullIntos() {
    this.invalidateRequest();
    this.pullIntos = [];
  }

  invalidateRequest() {
    if (this.byobRequest === null) return;
    this.byobRequest.invalidate();
    this.byobRequest = null;
  }

  cancelSteps(reason) {
    this.clearPullIntos();
    this.clearQueue();
    const result = this.algorithms.cancel(reason);
    this.clearAlgorithms();
    return result;
  }

  // A default reader's read.
  pullSteps(request) {
    if (this.total > 0) {
      this.fillRequestFromQueue(request);
      return;
    }
    if (this.autoAllocate !== undefined) {
      let buffer;
      try {
        buffer = new ArrayBuffer(this.autoAllocate);
      } catch (error) {
        request.error(error);
        return;
      }
      this.pullIntos.push({
        buffer,
        byteOffset: 0,
        byteLength: this.autoAllocate,
        filled: 0,
        minimum: 1,
        elementSize: 1,
        construct: Uint8Array,
        kind: "default",
      });
    }
    this.stream.reader.requests.push(request);
    this.callPullIfNeeded();
  }

  releaseSteps() {
    const [first] = this.pullIntos;
    if (first === undefined) return;
    first.kind = "none";
    this.pullIntos = [first];
  }

  fillRequestFromQueue(request) {
    const { buffer, byteOffset, byteLength } = this.queue.shift();
    this.total -= byteLength;
    this.handleQueueDrain();
    request.chunk(new Uint8Array(buffer, byteOffset, byteLength));
  }

  fillRequestsFromQueue() {
    const { reader } = this.stream;
    while (reader.requests.length > 0 && this.total > 0) this.fillRequestFromQueue(reader.requests.shift());
  }

  handleQueueDrain() {
    if (this.total === 0 && this.closeRequested) {
      this.clearAlgorithms();
      this.stream.close();
    } else {
      this.callPullIfNeeded();
    }
  }

  // A BYOB reader's read into `view`, of at least `minimum` elements.
  pullInto(view, minimum, request) {
    const construct = view instanceof DataView ? DataView : view.constructor;
    const elementSize = view.BYTES_PER_ELEMENT ?? 1;
    const { byteOffset, byteLength } = view;
    let buffer;
    try {
      buffer = transfer(view.buffer);
    } catch (error) {
      request.error(error);
      return;
    }
    const into = {
      buffer,
      byteOffset,
      byteLength,
      filled: 0,
      minimum: minimum * elementSize,
      elementSize,
      construct,
      kind: "byob",
    };
    if (this.pullIntos.length > 0) {
      this.pullIntos.push(into);
      this.stream.reader.requests.push(request);
      return;
    }
    if (this.stream.state === "closed") {
      request.close(new construct(buffer, byteOffset, 0));
      return;
    }
    if (this.total > 0) {
      if (this.fillFromQueue(into)) {
        const filled = viewOf(into);
        this.handleQueueDrain();
        request.chunk(filled);
        return;
      }
      if (this.closeRequested) {
        const error = new TypeError("Insufficient bytes to fill elements in the given buffer");
        this.error(error);
        request.error(error);
        return;
      }
    }
    this.pullIntos.push(into);
    this.stream.reader.requests.push(request);
    this.callPullIfNeeded();
  }

  // Moves queued bytes into a pull-into; true when it has enough to be given to its reader.
  fillFromQueue(into) {
    const most = Math.min(this.total, into.byteLength - into.filled);
    let left = most;
    let ready = false;
    const end = into.filled + most;
    const aligned = end - (end % into.elementSize);
    if (aligned >= into.minimum) {
      left = aligned - into.filled;
      ready = true;
    }
    while (left > 0) {
      const [head] = this.queue;
      const count = Math.min(left, head.byteLength);
      const target = new Uint8Array(into.buffer, into.byteOffset + into.filled, count);
      target.set(new Uint8Array(head.buffer, head.byteOffset, count));
      if (head.byteLength === count) {
        this.queue.shift();
      } else {
        head.byteOffset += count;
        head.byteLength -= count;
      }
      this.total -= count;
      into.filled += count;
      left -= count;
    }
    return ready;
  }

  fillPullIntosFromQueue() {
    const filled = [];
    while (this.pullIntos.length > 0 && this.total > 0) {
      if (!this.fillFromQueue(this.pullIntos[0])) break;
      filled.push(this.shiftPullInto());
    }
    return filled;
  }

  shiftPullInto() {
    this.invalidateRequest();
    return this.pullIntos.shift();
  }

  // Gives a filled (or, at the end, empty) pull-into to the reader that asked for it.
  commit(into) {
    const request = this.stream.reader.requests.shift();
    if (this.stream.state === "closed") request.close(into.kind === "byob" ? viewOf(into) : undefined);
    else request.chunk(viewOf(into));
  }

  // The source says that it wrote `count` bytes into the first pull-into.
  respond(count) {
    const [first] = this.pullIntos;
    this.checkResponse(first, count);
    first.buffer = transfer(first.buffer);
    this.respondInternal(count);
  }

  // The source hands back the first pull-into's memory as `view`.
  respondWithNewView(view) {
    const [first] = this.pullIntos;
    this.checkResponse(first, view.byteLength);
    if (first.byteOffset + first.filled !== view.byteOffset) {
      throw new RangeError("The given view has an invalid byte offset.");
    }
    if (first.bufferLength !== undefined && first.bufferLength !== view.buffer.byteLength) {
      throw new RangeError("The underlying ArrayBuffer is not the correct length.");
    }
    const count = view.byteLength;
    first.buffer = transfer(view.buffer);
    this.respondInternal(count);
  }

  checkResponse(first, count) {
    if (this.stream.state === "closed") {
      if (count !== 0) throw new TypeError("The bytesWritten must be zero after the stream is closed.");
      return;
    }
    if (count === 0) throw new TypeError("The bytesWritten must be more than zero while the stream is open.");
    if (first.filled + count > first.byteLength) {
      throw new RangeError(`Too many bytes [${count}] in response to a BYOB read request.`);
    }
  }

  respondInternal(count) {
    this.invalidateRequest();
    const [first] = this.pullIntos;
    if (this.stream.state === "closed") this.respondClosed(first);
    else this.respondReadable(count, first);
    this.callPullIfNeeded();
  }

  respondClosed(first) {
    if (first.kind === "none") this.pullIntos.shift();
    const { reader } = this.stream;
    if (reader === null || !reader.byob) return;
    while (reader.requests.length > 0) this.commit(this.shiftPullInto());
  }

  respondReadable(count, first) {
    first.filled += count;
    if (first.kind === "none") {
      this.enqueueDetached(first);
      const { reader } = this.stream;
      if (reader !== null && !reader.byob) this.fillRequestsFromQueue();
      else for (const filled of this.fillPullIntosFromQueue()) this.commit(filled);
      return;
    }
    if (first.filled < first.minimum) return;
    this.pullIntos.shift();
    const rest = first.filled % first.elementSize;
    if (rest > 0) {
      const end = first.byteOffset + first.filled;
      this.push(first.buffer.slice(end - rest, end), 0, rest);
      first.filled -= rest;
    }
    const others = this.fillPullIntosFromQueue();
    this.commit(first);
    for (const filled of others) this.commit(filled);
  }

  // Puts what a released reader's buffer holds back at the front of the line.
  enqueueDetached(first) {
    if (first.filled > 0) {
      const { byteOffset, filled } = first;
      this.push(first.buffer.slice(byteOffset, byteOffset + filled), 0, filled);
    }
    this.pullIntos.shift();
  }

  // The request object for the first pull-into, or null.
  currentRequest() {
    const [first] = this.pullIntos;
    if (this.byobRequest === null && first !== undefined) {
      first.bufferLength = first.buffer.byteLength;
      const view = new Uint8Array(first.buffer, first.byteOffset + first.filled, first.byteLength - first.filled);
      this.byobRequest = new ByobRequest(this, view, Math.max(0, first.minimum - first.filled));
    }
    return this.byobRequest;
  }
}

// The reader's view of what has been filled; takes the memory with it.
const viewOf = ({ buffer, byteOffset, filled, elementSize, construct }) =>
  new construct(transfer(buffer), byteOffset, filled / elementSize);

// One offer of a reader's memory to the source; void once answered.
class ByobRequest {
  // The ReadableStreamBYOBRequest that programs see.
  face = null;

  constructor(controller, view, atLeast) {
    this.controller = controller;
    this.view = view;
    this.atLeast = atLeast;
  }

  invalidate() {
    this.controller = null;
    this.view = null;
  }
}

// A readable byte stream for the runtime's own use; returns its controller, whose `stream` it is.
exports.createByteReadable = (algorithms, highWaterMark = 0, stream = new Readable()) => {
  const { start = Promise.resolve(), pull, cancel } = algorithms;
  const controller = new ByteController(stream, { pull, cancel }, highWaterMark, undefined);
  controller.begin(start);
  return controller;
};

exports.ByteController = ByteController;

const secret = Symbol();

class ReadableStreamBYOBRequest {
  #request;

  constructor(key, request) {
    if (key !== secret) throw illegalConstructor();
    this.#request = request;
  }

  get view() {
    if (!(#request in this)) throw illegalInvocation();
    return this.#request.view;
  }

  get atLeast() {
    if (!(#request in this)) throw illegalInvocation();
    return this.#request.controller === null ? null : this.#request.atLeast;
  }

  respond(bytesWritten) {
    const { controller, view } = this.#live();
    const count = Number(bytesWritten);
    if (!(count >= 0) || count === Infinity) {
      throw new TypeError("The value cannot be converted because it is not an integer.");
    }
    if (view.buffer.byteLength === 0) throw new TypeError("Unable to use a zero-length ArrayBuffer.");
    controller.respond(Math.trunc(count));
  }

  respondWithNewView(view) {
    const { controller } = this.#live();
    if (!isView(view)) {
      throw wrongParameter("respondWithNewView", "ReadableStreamBYOBRequest", 1, "BufferSource");
    }
    controller.respondWithNewView(view);
  }

  #live() {
    if (!(#request in this)) throw illegalInvocation();
    if (this.#request.controller === null) throw new TypeError("This ReadableStreamBYOBRequest has been invalidated.");
    return this.#request;
  }
}

class ReadableByteStreamController {
  #controller;

  constructor(key, controller) {
    if (key !== secret) throw illegalConstructor();
    this.#controller = controller;
  }

  get byobRequest() {
    if (!(#controller in this)) throw illegalInvocation();
    const request = this.#controller.currentRequest();
    if (request === null) return null;
    return (request.face ??= new ReadableStreamBYOBRequest(secret, request));
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
    const view = isView(chunk) ? chunk : chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : undefined;
    if (view === undefined) throw wrongParameter("enqueue", "ReadableByteStreamController", 1, "BufferSource");
    if (view.byteLength === 0) throw new TypeError("Cannot enqueue a zero-length ArrayBuffer.");
    if (!this.#controller.canCloseOrEnqueue) throw new TypeError("This ReadableByteStreamController is closed.");
    this.#controller.enqueue(view);
  }

  error(reason) {
    if (!(#controller in this)) throw illegalInvocation();
    this.#controller.error(reason);
  }
}

// The platform always offers a program's source a buffer to write into, whatever kind of reader waits.
const AUTO_ALLOCATE_DEFAULT = 4096;

// Gives `stream` a byte controller over a program's underlying source.
exports.attachByteSource = (stream, source, { highWaterMark }) => {
  const start = functionField(source, "start", "UnderlyingSource");
  const pull = functionField(source, "pull", "UnderlyingSource");
  const cancel = functionField(source, "cancel", "UnderlyingSource");
  const { autoAllocateChunkSize = AUTO_ALLOCATE_DEFAULT } = source;
  const autoAllocate = Math.trunc(Number(autoAllocateChunkSize)) || 0;
  if (autoAllocate === 0) throw new TypeError("The autoAllocateChunkSize option cannot be zero.");
  const algorithms = {
    pull: () => (pull === undefined ? Promise.resolve() : invoke(pull, source, face)),
    cancel: (reason) => (cancel === undefined ? Promise.resolve() : invoke(cancel, source, reason)),
  };
  const controller = new ByteController(stream, algorithms, highWaterMark, autoAllocate);
  const face = new ReadableByteStreamController(secret, controller);
  controller.begin(start === undefined ? Promise.resolve() : invoke(start, source, face));
};

exports.ReadableStreamBYOBRequest = defineInterface(ReadableStreamBYOBRequest);
exports.ReadableByteStreamController = defineInterface(ReadableByteStreamController);
