// The machinery of a transform stream: what is written goes through `transform` and comes out to be read.
// While the readable side has no room, writes wait (backpressure).

const { deferred, invoke } = require("streams/checks");
const { createReadable } = require("streams/readable_default");
const { createWritable } = require("streams/writable_core");

class Transform {
  backpressure = undefined;
  #change = deferred();
  #finish = null;

  // `algorithms`: transform(chunk), flush(), cancel(reason); they may throw or return promises.
  constructor(algorithms, start, writableStrategy, readableStrategy) {
    this.algorithms = algorithms;
    this.writable = createWritable(
      {
        start,
        write: (chunk) => this.#write(chunk),
        close: () => this.#close(),
        abort: (reason) => this.#abort(reason),
      },
      writableStrategy.highWaterMark,
      writableStrategy.size,
    );
    this.readable = createReadable(
      {
        start,
        pull: () => this.#pull(),
        cancel: (reason) => this.#cancel(reason),
      },
      readableStrategy.highWaterMark,
      readableStrategy.size,
    );
    this.#setBackpressure(true);
  }

  get desiredSize() {
    return this.readable.controller.desiredSize;
  }

  enqueue(chunk) {
    const { controller } = this.readable;
    if (!controller.canCloseOrEnqueue) {
      throw new TypeError("The readable side of this TransformStream is no longer readable.");
    }
    try {
      controller.enqueue(chunk);
    } catch (error) {
      this.errorWritable(error);
      throw this.readable.storedError;
    }
    const backpressure = !controller.shouldPull;
    if (backpressure !== this.backpressure) this.#setBackpressure(true);
  }

  // Errors both sides.
  error(reason) {
    this.readable.controller.error(reason);
    this.errorWritable(reason);
  }

  errorWritable(reason) {
    this.algorithms = null;
    this.writable.controller.errorIfNeeded(reason);
    if (this.backpressure) this.#setBackpressure(false);
  }

  // Ends the readable side; further writes fail.
  terminate() {
    if (this.readable.controller.canCloseOrEnqueue) this.readable.controller.close();
    this.errorWritable(new TypeError("The transform stream has been terminated"));
  }

  #setBackpressure(backpressure) {
    if (this.backpressure !== undefined) this.#change.resolve(undefined);
    this.#change = deferred();
    this.backpressure = backpressure;
  }

  async #write(chunk) {
    if (this.backpressure) {
      await this.#change.promise;
      if (this.writable.state === "erroring") throw this.writable.storedError;
    }
    // The readable side may be on its way to being cancelled.
    if (this.algorithms === null) return;
    try {
      await this.algorithms.transform(chunk);
    } catch (error) {
      this.error(error);
      throw error;
    }
  }

  #pull() {
    this.#setBackpressure(false);
    return this.#change.promise;
  }

  #close() {
    if (this.#finish !== null) return this.#finish.promise;
    const ends = (this.#finish = deferred());
    this.#run("flush").then(
      () => {
        if (this.readable.state === "errored") {
          ends.reject(this.readable.storedError);
        } else {
          if (this.readable.controller.canCloseOrEnqueue) this.readable.controller.close();
          ends.resolve(undefined);
        }
      },
      (error) => {
        this.readable.controller.error(error);
        ends.reject(error);
      },
    );
    return ends.promise;
  }

  #abort(reason) {
    if (this.#finish !== null) return this.#finish.promise;
    const ends = (this.#finish = deferred());
    this.#run("cancel", reason).then(
      () => {
        if (this.readable.state === "errored") {
          ends.reject(this.readable.storedError);
        } else {
          this.readable.controller.error(reason);
          ends.resolve(undefined);
        }
      },
      (error) => {
        this.readable.controller.error(error);
        ends.reject(error);
      },
    );
    return ends.promise;
  }

  #cancel(reason) {
    if (this.#finish !== null) return this.#finish.promise;
    const ends = (this.#finish = deferred());
    this.#run("cancel", reason).then(
      () => {
        if (this.writable.state === "errored") {
          ends.reject(this.writable.storedError);
        } else {
          this.writable.controller.errorIfNeeded(reason);
          if (this.backpressure) this.#setBackpressure(false);
          ends.resolve(undefined);
        }
      },
      (error) => {
        this.writable.controller.errorIfNeeded(error);
        if (this.backpressure) this.#setBackpressure(false);
        ends.reject(error);
      },
    );
    return ends.promise;
  }

  #run(name, argument) {
    const { algorithms } = this;
    this.algorithms = null;
    const step = algorithms?.[name];
    return step === undefined ? Promise.resolve() : invoke(step, undefined, argument);
  }
}

exports.Transform = Transform;

// A transform for the runtime's own use: one chunk waits on the writable side, none on the readable.
exports.createTransform = (algorithms, writableMark = 1, readableMark = 0) =>
  new Transform(
    algorithms,
    undefined,
    { highWaterMark: writableMark, size: undefined },
    { highWaterMark: readableMark, size: undefined },
  );
