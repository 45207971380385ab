// What owners wait for, by number: entries with an `owner`. Promises to say at once whether an owner has any, however many
// others have.

class OwnedTable {
  #entries = new Map();
  // owner -> how many of the entries are its own
  #counts = new Map();

  get size() {
    return this.#entries.size;
  }

  get(number) {
    return this.#entries.get(number);
  }

  set(number, entry) {
    this.take(number);
    this.#entries.set(number, entry);
    this.#counts.set(entry.owner, (this.#counts.get(entry.owner) ?? 0) + 1);
  }

  // Takes an entry out; undefined when it is not there.
  take(number) {
    const entry = this.#entries.get(number);
    if (entry === undefined) return undefined;
    this.#entries.delete(number);
    const count = this.#counts.get(entry.owner) - 1;
    if (count === 0) this.#counts.delete(entry.owner);
    else this.#counts.set(entry.owner, count);
    return entry;
  }

  has(owner) {
    return this.#counts.has(owner);
  }

  // Numbers and entries of all owners.
  all() {
    return this.#entries.entries();
  }

  // Numbers and entries of one owner.
  of(owner) {
    const found = [];
    if (this.has(owner)) for (const pair of this.#entries) if (pair[1].owner === owner) found.push(pair);
    return found;
  }

  // Takes out all of an owner's entries; answers their numbers.
  takeOf(owner) {
    const numbers = this.of(owner).map(([number]) => number);
    for (const number of numbers) this.take(number);
    return numbers;
  }
}

exports.OwnedTable = OwnedTable;
