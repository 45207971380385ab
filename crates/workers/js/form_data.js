// FormData: an ordered list of names with strings or files. Its wire forms are in fetch/multipart.

const { defineInterface, illegalInvocation, iteratorClass, wrongParameter } = require("interface");

const fail = (method, position, type) => wrongParameter(method, "FormData", position, type);

// The live list [[name, value], ...] of a FormData, or null when `value` is none.
let entriesOf;

const iterators = ["entries", "keys", "values"].map((kind) =>
  iteratorClass("FormData Iterator", (state) => {
    if (state.index >= state.entries.length) return undefined;
    const [name, value] = state.entries[state.index++];
    return [kind === "entries" ? [name, value] : kind === "keys" ? name : value];
  }),
);

class FormData {
  #entries = [];

  static {
    entriesOf = (value) => (typeof value === "object" && value !== null && #entries in value ? value.#entries : null);
  }

  append(name, value, filename) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("append", 1, "string");
    if (arguments.length < 2) throw fail("append", 2, "File or Blob or string");
    this.#entries.push([`${name}`, entryValue(`${name}`, value, filename)]);
  }

  delete(name) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("delete", 1, "string");
    this.#remove(`${name}`, 0);
  }

  get(name) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("get", 1, "string");
    const key = `${name}`;
    return this.#entries.find((entry) => entry[0] === key)?.[1] ?? null;
  }

  getAll(name) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("getAll", 1, "string");
    const key = `${name}`;
    return this.#entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
  }

  has(name) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("has", 1, "string");
    const key = `${name}`;
    return this.#entries.some((entry) => entry[0] === key);
  }

  set(name, value, filename) {
    if (!(#entries in this)) throw illegalInvocation();
    if (arguments.length < 1) throw fail("set", 1, "string");
    if (arguments.length < 2) throw fail("set", 2, "File or Blob or string");
    const key = `${name}`;
    const entry = [key, entryValue(key, value, filename)];
    const index = this.#entries.findIndex((other) => other[0] === key);
    if (index < 0) {
      this.#entries.push(entry);
    } else {
      this.#entries[index] = entry;
      this.#remove(key, index + 1);
    }
  }

  entries() {
    if (!(#entries in this)) throw illegalInvocation();
    return iterators[0]({ entries: this.#entries, index: 0 });
  }

  keys() {
    if (!(#entries in this)) throw illegalInvocation();
    return iterators[1]({ entries: this.#entries, index: 0 });
  }

  values() {
    if (!(#entries in this)) throw illegalInvocation();
    return iterators[2]({ entries: this.#entries, index: 0 });
  }

  forEach(callback, thisArg) {
    if (!(#entries in this)) throw illegalInvocation();
    if (typeof callback !== "function") throw fail("forEach", 1, "function");
    for (let index = 0; index < this.#entries.length; index++) {
      const [name, value] = this.#entries[index];
      callback.call(thisArg, value, name, this);
    }
  }

  #remove(name, from) {
    for (let index = this.#entries.length - 1; index >= from; index--) {
      if (this.#entries[index][0] === name) this.#entries.splice(index, 1);
    }
  }
}

// A Blob becomes a File, named after the entry unless a name is given; everything else becomes a string.
const entryValue = (name, value, filename) => {
  if (typeof value === "string") return value;
  const { File, blobBytes, fileFrom } = require("blob");
  const bytes = blobBytes(value);
  if (bytes === null) return `${value}`;
  const isFile = value instanceof File;
  if (isFile && filename === undefined) return value;
  const fileName = filename === undefined ? name : `${filename}`;
  return fileFrom(bytes, fileName, value.type, isFile ? value.lastModified : undefined);
};

defineInterface(FormData);
Object.defineProperty(FormData.prototype, Symbol.iterator, {
  value: FormData.prototype.entries,
  writable: true,
  configurable: true,
});

exports.FormData = FormData;
exports.formEntries = entriesOf;
