// What owners wait for, by number: entries with an `owner`, and `since` where somebody asks for it. Promises that what is
// asked about one owner takes no longer because others have many.

class OwnedTable {
  #entries = new Map();
  // owner -> the numbers of its entries
  #own = new Map();

  get size() {
    return this.#entries.size;
  }

  get(number) {
    return this.#entries.get(number);
  }

  set(number, entry) {
    this.take(number);
    this.#entries.set(number, entry);
    const own = this.#own.get(entry.owner);
    if (own === undefined) this.#own.set(entry.owner, new Set([number]));
    else own.add(number);
  }

  // Takes an entry out; undefined when it is not there.
  take(number) {
    const entry = this.#entries.get(number);
    if (entry === undefined) return undefined;
    this.#entries.delete(number);
    const own = this.#own.get(entry.owner);
    own.delete(number);
    if (own.size === 0) this.#own.delete(entry.owner);
    return entry;
  }

  has(owner) {
    return this.#own.has(owner);
  }

  // Numbers and entries of all owners.
  all() {
    return this.#entries.entries();
  }

  // Numbers and entries of one owner.
  of(owner) {
    return Array.from(this.#own.get(owner) ?? [], (number) => [number, this.#entries.get(number)]);
  }

  // When the youngest of an owner's entries began.
  since(owner) {
    return this.of(owner).reduce((latest, [, { since }]) => Math.max(latest, since), -Infinity);
  }

  // Takes out all of an owner's entries; answers their numbers.
  takeOf(owner) {
    const numbers = [...(this.#own.get(owner) ?? [])];
    for (const number of numbers) this.take(number);
    return numbers;
  }
}

exports.OwnedTable = OwnedTable;
