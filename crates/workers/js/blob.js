// Blob and File: immutable bytes with a type. All bytes are in memory; a slice shares them with its origin.

const { defineInterface, illegalInvocation, wrongConstructorParameter } = require("interface");
const { bytesView, isObject } = require("streams/checks");

const RUNTIME = Symbol();

// The bytes of a Blob, not to be written to, or null when `value` is none.
let bytesOf;

class Blob {
  #bytes;
  #type;

  static {
    bytesOf = (value) => (isObject(value) && #bytes in value ? value.#bytes : null);
  }

  constructor(bits, options, bytes) {
    if (bits === RUNTIME) {
      this.#bytes = bytes;
      this.#type = options;
      return;
    }
    if (bits !== undefined && !Array.isArray(bits)) throw wrongConstructorParameter("Blob", 1, "Array");
    this.#type = typeFrom("Blob", 2, options);
    this.#bytes = concatenate(bits ?? []);
  }

  get size() {
    if (!(#bytes in this)) throw illegalInvocation();
    return this.#bytes.byteLength;
  }

  get type() {
    if (!(#bytes in this)) throw illegalInvocation();
    return this.#type;
  }

  slice(start, end, type) {
    if (!(#bytes in this)) throw illegalInvocation();
    const from = start === undefined ? 0 : Number(start);
    const bytes = this.#bytes.subarray(from, end === undefined ? undefined : Number(end));
    return new Blob(RUNTIME, type === undefined ? "" : normalizeType(`${type}`), bytes);
  }

  async arrayBuffer() {
    if (!(#bytes in this)) throw illegalInvocation();
    return this.#bytes.slice().buffer;
  }

  async bytes() {
    if (!(#bytes in this)) throw illegalInvocation();
    return this.#bytes.slice();
  }

  async text() {
    if (!(#bytes in this)) throw illegalInvocation();
    const bytes = this.#bytes;
    const text = require("encoding").utf8Decode(bytes);
    // The platform keeps a byte order mark here, which decoding drops.
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? `\ufeff${text}` : text;
  }

  stream() {
    if (!(#bytes in this)) throw illegalInvocation();
    return require("streams/host").bytesStream(this.#bytes.slice());
  }
}

class File extends Blob {
  #name;
  #lastModified;

  constructor(bits, name, options, bytes) {
    if (bits === RUNTIME) {
      super(RUNTIME, options.type, bytes);
    } else {
      if (arguments.length < 2) throw wrongConstructorParameter("File", 2, "string");
      if (!Array.isArray(bits)) throw wrongConstructorParameter("File", 1, "Array");
      super(RUNTIME, typeFrom("File", 3, options), concatenate(bits));
    }
    this.#name = `${name}`;
    const lastModified = options?.lastModified;
    this.#lastModified = lastModified === undefined ? Date.now() : Number(lastModified);
  }

  get name() {
    if (!(#name in this)) throw illegalInvocation();
    return this.#name;
  }

  get lastModified() {
    if (!(#name in this)) throw illegalInvocation();
    return this.#lastModified;
  }
}

const typeFrom = (owner, position, options) => {
  if (options === undefined || options === null) return "";
  if (!isObject(options)) throw wrongConstructorParameter(owner, position, "Options");
  if (options.endings !== undefined) throw new Error("The 'endings' field on 'Options' is not implemented.");
  return options.type === undefined ? "" : normalizeType(`${options.type}`);
};

// A type with anything but printable ASCII in it counts as none.
const normalizeType = (type) => (/[^\x20-\x7e]/.test(type) ? "" : type.toLowerCase());

const concatenate = (bits) => {
  const { joinBytes } = require("streams/readable_core");
  const parts = [];
  let length = 0;
  for (const bit of bits) {
    const part = bytesOf(bit) ?? bytesView(bit) ?? require("encoding").utf8Encode(`${bit}`);
    parts.push(part);
    length += part.byteLength;
  }
  return joinBytes(parts, length);
};

// A Blob over bytes that from now on belong to it.
exports.blobFrom = (bytes, type) => new Blob(RUNTIME, type, bytes);
// A File over bytes that from now on belong to it.
exports.fileFrom = (bytes, name, type, lastModified = undefined) =>
  new File(RUNTIME, name, { type, lastModified }, bytes);
exports.blobBytes = bytesOf;
exports.Blob = defineInterface(Blob);
exports.File = defineInterface(File);
Object.defineProperty(File.prototype, "name", { enumerable: true });
