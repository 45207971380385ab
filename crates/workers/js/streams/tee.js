// tee: two streams that give the same chunks as one. The faster branch makes the slower one queue.
// Branches of a byte stream are byte streams; each gets memory of its own.

const { deferred } = require("streams/checks");
const { createByteReadable } = require("streams/readable_byte");
const { createReadable } = require("streams/readable_default");

// Locks `stream` and returns its two branches.
exports.tee = (stream) => {
  // The platform's text ends in a comma.
  if (stream.locked) throw new TypeError("This ReadableStream is currently locked to a reader,");
  return new Tee(stream).branches;
};

class Tee {
  #reader;
  #reading = false;
  #readAgain = false;
  #cancelled = [false, false];
  #reasons = [undefined, undefined];
  #cancelEnds = deferred();

  constructor(stream) {
    this.bytes = stream.ensureController().pullInto !== undefined;
    this.#reader = stream.acquire();
    const pull = () => this.#pull();
    this.branches = [0, 1].map((index) => {
      const algorithms = { pull, cancel: (reason) => this.#cancel(index, reason) };
      const branch = this.bytes ? createByteReadable(algorithms, 0).stream : createReadable(algorithms, 1);
      branch.expectedLength = stream.expectedLength;
      return branch;
    });
    this.#reader.closedPromise().then(undefined, (error) => {
      for (const branch of this.branches) branch.controller.error(error);
      if (!this.#cancelled[0] || !this.#cancelled[1]) this.#cancelEnds.resolve(undefined);
    });
  }

  #pull() {
    if (this.#reading) {
      this.#readAgain = true;
      return Promise.resolve();
    }
    this.#reading = true;
    this.#reader.read({
      // Errors of the stream must reach the branches before the chunk does, hence the microtask.
      chunk: (value) => Promise.resolve().then(() => this.#forward(value)),
      close: () => this.#close(),
      error: () => {
        this.#reading = false;
      },
    });
    return Promise.resolve();
  }

  #forward(value) {
    this.#readAgain = false;
    const copy = this.bytes && !this.#cancelled[0] && !this.#cancelled[1] ? value.slice() : value;
    if (!this.#cancelled[0]) this.#enqueue(this.branches[0], value);
    if (!this.#cancelled[1]) this.#enqueue(this.branches[1], copy);
    this.#reading = false;
    if (this.#readAgain) this.#pull();
  }

  #enqueue(branch, value) {
    if (branch.controller.canCloseOrEnqueue) branch.controller.enqueue(value);
  }

  #close() {
    this.#reading = false;
    this.branches.forEach(({ controller }, index) => {
      if (this.#cancelled[index] || !controller.canCloseOrEnqueue) return;
      if (this.bytes) controller.finish();
      else controller.close();
    });
    if (!this.#cancelled[0] || !this.#cancelled[1]) this.#cancelEnds.resolve(undefined);
  }

  #cancel(index, reason) {
    this.#cancelled[index] = true;
    this.#reasons[index] = reason;
    if (this.#cancelled[0] && this.#cancelled[1]) this.#cancelEnds.resolve(this.#reader.cancel(this.#reasons));
    return this.#cancelEnds.promise;
  }
}
