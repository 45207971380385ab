// What the controllers of readable streams do alike: the source is asked for more while somebody wants it, once at a time.

class Controller {
  started = false;
  pulling = false;
  pullAgain = false;
  closeRequested = false;

  // `algorithms.pull` and `.cancel(reason)` return promises.
  constructor(stream, algorithms, highWaterMark) {
    this.stream = stream;
    this.algorithms = algorithms;
    this.highWaterMark = highWaterMark;
    stream.controller = this;
  }

  // Calls the source for the first time; `started` is what its start returned, as a promise.
  begin(started) {
    started.then(
      () => {
        this.started = true;
        this.callPullIfNeeded();
      },
      (reason) => this.error(reason),
    );
  }

  // How much more the queue takes; how much it holds is `queued`.
  get desiredSize() {
    const { state } = this.stream;
    if (state === "errored") return null;
    return state === "closed" ? 0 : this.highWaterMark - this.queued;
  }

  get canCloseOrEnqueue() {
    return !this.closeRequested && this.stream.state === "readable";
  }

  get shouldPull() {
    if (!this.canCloseOrEnqueue || !this.started) return false;
    const { reader } = this.stream;
    return (reader !== null && reader.requests.length > 0) || this.desiredSize > 0;
  }

  callPullIfNeeded() {
    if (!this.shouldPull) return;
    if (this.pulling) {
      this.pullAgain = true;
      return;
    }
    this.pulling = true;
    this.algorithms.pull().then(
      () => {
        this.pulling = false;
        if (this.pullAgain) {
          this.pullAgain = false;
          this.callPullIfNeeded();
        }
      },
      (reason) => this.error(reason),
    );
  }
}

exports.Controller = Controller;
