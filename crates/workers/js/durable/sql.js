// SqlStorage: `ctx.storage.sql`, and its cursors.
//
// A statement runs when it is asked for, up to its first row, and a cursor is one row ahead of what it yielded: so it sees
// what is written between two rows. Rows come from the host one by one, but for `toArray()`.
// Source: workers-api.md 6.4.

const { defineInterface, illegalConstructor, illegalInvocation, wrongParameter } = require("interface");
const flags = require("flags");

const { sql: host } = native;

const { isView } = ArrayBuffer;
const { defineProperty, setPrototypeOf } = Object;
const byteLengthOf = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength").get;
const call = Function.prototype.call.bind(Function.prototype.call);

const make = Symbol("make");

// Ends the runs that nobody can ask for more rows.
const abandoned = new FinalizationRegistry((number) => host.close(number));
const watch = FinalizationRegistry.prototype.register.bind(abandoned);

// Whether a value is an ArrayBuffer, whatever its prototype.
function isBuffer(value) {
  try {
    call(byteLengthOf, value);
    return true;
  } catch {
    return false;
  }
}

// A string as the platform's interfaces take one.
function toText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return `${value}`;
}

// What can be bound: null, numbers, strings and bytes. Everything else becomes a string.
function toBinding(value) {
  switch (typeof value) {
    case "string":
    case "number":
      return value;
    case "undefined":
      return null;
    case "bigint":
      throw new TypeError("Cannot convert a BigInt value to a number");
    case "object":
      if (value === null || isView(value) || isBuffer(value)) return value;
  }
  return toText(value);
}

// What an iterator yields. Older dates leave out what has no value.
function result(value) {
  if (value !== undefined) return { done: false, value };
  return flags.enable_fast_jsg_struct ? { done: true, value: undefined } : { done: true };
}

class SqlStorageCursor {
  // The columns' names: the host's array, which all runs of a statement share, and the program's own.
  #shared;
  #names;
  #number;
  #isDone;
  #reused;
  // Known when it is done.
  #rowsRead = 0;
  #rowsWritten = 0;

  constructor(...[key, found]) {
    if (key !== make) throw illegalConstructor();
    this.#shared = found[0];
    this.#reused = found[1];
    this.#isDone = found[2];
    if (this.#isDone) {
      this.#rowsRead = found[3];
      this.#rowsWritten = found[4];
      return;
    }
    this.#number = found[3];
    watch(this, this.#number);
  }

  // The values of up to `most` rows, without what the host says behind them.
  static read(cursor, most) {
    const values = host.rows(cursor.#number, most);
    const end = values.length - 1;
    if (values[end]) {
      cursor.#isDone = true;
      cursor.#rowsRead = values[end - 2];
      cursor.#rowsWritten = values[end - 1];
      values.length = end - 2;
    } else {
      values.length = end;
    }
    return values;
  }

  static isCursor(value) {
    return #number in value;
  }

  // The values of the next row, or undefined.
  static nextValues(cursor) {
    return cursor.#isDone ? undefined : read(cursor, 1);
  }

  static nextRow(cursor) {
    const values = nextValues(cursor);
    if (values === undefined) return undefined;
    const names = cursor.#names ?? cursor.#shared;
    const row = {};
    for (let at = 0; at < names.length; at++) row[names[at]] = values[at];
    return row;
  }

  next() {
    const row = nextRow(checked(this));
    return result(row);
  }

  toArray() {
    checked(this);
    const names = this.#names ?? this.#shared;
    const width = names.length;
    const rows = [];
    while (!this.#isDone) {
      const values = read(this, Infinity);
      for (let from = 0; from < values.length; from += width) {
        const row = {};
        for (let at = 0; at < width; at++) row[names[at]] = values[from + at];
        rows[rows.length] = row;
      }
    }
    return rows;
  }

  one() {
    const row = nextRow(checked(this));
    if (row === undefined) {
      throw new Error("Expected exactly one result from SQL query, but got no results.");
    }
    if (!this.#isDone) {
      const counts = host.counts(this.#number);
      this.#rowsRead = counts[0];
      this.#rowsWritten = counts[1];
      this.#isDone = true;
      host.close(this.#number);
      throw new Error("Expected exactly one result from SQL query, but got multiple results.");
    }
    return row;
  }

  raw() {
    return new RawIterator(make, checked(this));
  }

  [Symbol.iterator]() {
    return new RowIterator(make, checked(this));
  }

  get columnNames() {
    checked(this);
    if (this.#names === undefined) {
      const names = [];
      for (let at = 0; at < this.#shared.length; at++) names[at] = this.#shared[at];
      this.#names = names;
    }
    return this.#names;
  }

  get rowsRead() {
    checked(this);
    return this.#isDone ? this.#rowsRead : host.counts(this.#number)[0];
  }

  get rowsWritten() {
    checked(this);
    return this.#isDone ? this.#rowsWritten : host.counts(this.#number)[1];
  }

  get reusedCachedQueryForTest() {
    return this.#reused;
  }
}

const { isCursor, nextRow, nextValues, read } = SqlStorageCursor;
for (const name of ["isCursor", "nextRow", "nextValues", "read"]) delete SqlStorageCursor[name];

function checked(value) {
  if (typeof value !== "object" || value === null || !isCursor(value)) throw illegalInvocation();
  return value;
}

// A class of iterators over a cursor; `take` gives the next of what they go over, or undefined.
const iterators = (take) =>
  class {
    #cursor;

    constructor(...[key, cursor]) {
      if (key !== make) throw illegalConstructor();
      this.#cursor = cursor;
    }

    next() {
      if (typeof this !== "object" || this === null || !(#cursor in this)) throw illegalInvocation();
      const value = take(this.#cursor);
      return result(value);
    }

    [Symbol.iterator]() {
      return this;
    }
  };

const RowIterator = iterators(nextRow);
const RawIterator = iterators(nextValues);

class SqlStorage {
  #owner;

  constructor(...[key, owner]) {
    if (key !== make) throw illegalConstructor();
    this.#owner = owner;
  }

  static isStorage(value) {
    return typeof value === "object" && value !== null && #owner in value;
  }

  exec(...all) {
    if (!isStorage(this)) throw illegalInvocation();
    if (all.length === 0) throw wrongParameter("exec", "SqlStorage", 1, "String");
    const owner = this.#owner;
    const text = toText(all[0]);
    if (all.length === 1) return new SqlStorageCursor(make, host.exec(owner, text));
    for (let at = 1; at < all.length; at++) all[at] = toBinding(all[at]);
    all[0] = text;
    return new SqlStorageCursor(make, host.exec(owner, ...all));
  }

  get databaseSize() {
    if (!isStorage(this)) throw illegalInvocation();
    return host.size(this.#owner);
  }

  prepare(query) {
    if (arguments.length === 0) throw wrongParameter("prepare", "SqlStorage", 1, "String");
    const text = toText(query);
    const statement = (...bindings) => this.exec(text, ...bindings);
    return setPrototypeOf(statement, SqlStorageStatement.prototype);
  }

  ingest(query) {
    if (arguments.length === 0) throw wrongParameter("ingest", "SqlStorage", 1, "String");
    const [remainder, statementCount, rowsRead, rowsWritten] = host.ingest(this.#owner, toText(query));
    return { remainder, rowsRead, rowsWritten, statementCount };
  }

  setMaxPageCountForTest(count) {
    host.setMaxPageCount(this.#owner, Number(count));
  }
}

const { isStorage } = SqlStorage;
delete SqlStorage.isStorage;

class SqlStorageStatement {
  constructor() {
    throw illegalConstructor();
  }
}

defineInterface(SqlStorage);
for (const [Class, name] of [
  [SqlStorageCursor, "Cursor"],
  [SqlStorageStatement, "Statement"],
  [RowIterator, "RowIterator"],
  [RawIterator, "RawIterator"],
]) {
  defineProperty(Class, "name", { value: name, configurable: true });
  defineInterface(Class, name);
}
// The platform has these with its flag `experimental` only. Its own tests need them, so they are there, and out of sight.
if (!flags.experimental) {
  const hide = (prototype, name) => defineProperty(prototype, name, { enumerable: false });
  for (const name of ["prepare", "ingest", "setMaxPageCountForTest"]) hide(SqlStorage.prototype, name);
  hide(SqlStorageCursor.prototype, "reusedCachedQueryForTest");
}
for (const Class of [RowIterator, RawIterator]) setPrototypeOf(Class.prototype, Iterator.prototype);
for (const [name, value] of [
  ["Cursor", SqlStorageCursor],
  ["Statement", SqlStorageStatement],
]) {
  defineProperty(SqlStorage.prototype, name, { value, writable: true, enumerable: true, configurable: true });
}

exports.SqlStorage = SqlStorage;
exports.sqlOf = (owner) => new SqlStorage(make, owner);
