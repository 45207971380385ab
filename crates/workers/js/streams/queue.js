// A first-in, first-out queue whose entries have sizes, as the Streams Standard's "queue-with-sizes".
// Taking is O(1): the head moves, and the dead part of the array is dropped now and then.

class SizedQueue {
  #entries = [];
  #head = 0;
  // The sum of the sizes in the queue.
  total = 0;

  get length() {
    return this.#entries.length - this.#head;
  }

  // Adds a value. A size that is negative, infinite or no number is a RangeError.
  push(value, size) {
    const number = Number(size);
    if (!(number >= 0) || number === Infinity) {
      throw new RangeError(
        "The return value of a queuing strategy's size function must be a finite, non-negative number",
      );
    }
    this.#entries.push({ value, size: number });
    this.total += number;
  }

  // The oldest value. The queue must not be empty.
  peek() {
    return this.#entries[this.#head].value;
  }

  // Takes the oldest value. The queue must not be empty.
  shift() {
    const { value, size } = this.#entries[this.#head];
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#head = 0;
    } else if (this.#head > 1024) {
      this.#entries.splice(0, this.#head);
      this.#head = 0;
    }
    // Sizes are floating point: an empty queue must count as empty.
    this.total = this.length === 0 ? 0 : Math.max(0, this.total - size);
    return value;
  }

  clear() {
    this.#entries = [];
    this.#head = 0;
    this.total = 0;
  }
}

exports.SizedQueue = SizedQueue;
