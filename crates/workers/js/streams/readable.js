// ReadableStream as programs see it. The machinery is in readable_core and the two controllers.

const {
  defineInterface, illegalInvocation, wrongConstructorParameter, wrongField, wrongParameter,
} = require("interface");
const { isObject, markHandled } = require("streams/checks");
const { Readable, lockedError } = require("streams/readable_core");
const { readStrategy } = require("streams/strategies");

const secret = Symbol();

// The machinery behind a ReadableStream, or null when `value` is none.
let readableOf;

class ReadableStream {
  #core;

  static {
    readableOf = (value) => (isObject(value) && #core in value ? value.#core : null);
  }

  constructor(underlyingSource, queuingStrategy) {
    if (underlyingSource === secret) {
      this.#core = queuingStrategy;
      return;
    }
    const source = underlyingSource ?? {};
    if (!isObject(source)) throw wrongConstructorParameter("ReadableStream", 1, "UnderlyingSource");
    const core = new Readable();
    core.face = this;
    this.#core = core;
    const type = source.type === undefined ? "" : `${source.type}`;
    if (type === "bytes") {
      require("streams/readable_byte").attachByteSource(core, source, readStrategy(queuingStrategy, 0));
    } else if (type === "") {
      require("streams/readable_default").attachDefaultSource(core, source, readStrategy(queuingStrategy, 1));
    } else {
      throw new TypeError(`"${type}" is not a valid type of ReadableStream.`);
    }
  }

  static from(iterable) {
    return wrapReadable(require("streams/iteration").readableFrom(iterable));
  }

  get locked() {
    if (!(#core in this)) throw illegalInvocation();
    return this.#core.locked;
  }

  async cancel(reason) {
    if (!(#core in this)) throw illegalInvocation();
    if (this.#core.locked) throw lockedError();
    return this.#core.cancel(reason);
  }

  getReader(options) {
    if (!(#core in this)) throw illegalInvocation();
    const mode = options?.mode;
    const { ReadableStreamBYOBReader, ReadableStreamDefaultReader } = require("streams/readers");
    if (mode === undefined) return new ReadableStreamDefaultReader(this);
    if (`${mode}` === "byob") return new ReadableStreamBYOBReader(this);
    throw new TypeError("mode must be undefined or 'byob' in call to getReader().");
  }

  pipeThrough(transform, options) {
    if (!(#core in this)) throw illegalInvocation();
    if (!isObject(transform)) throw wrongParameter("pipeThrough", "ReadableStream", 1, "Transform");
    const { readable, writable } = transform;
    if (readableOf(readable) === null) throw wrongField("readable", "Transform", "ReadableStream");
    const destination = writableOf(writable);
    if (destination === null) throw wrongField("writable", "Transform", "WritableStream");
    markHandled(require("streams/pipe").pipe(this.#core, destination, options));
    return readable;
  }

  async pipeTo(destination, options) {
    if (!(#core in this)) throw illegalInvocation();
    const core = writableOf(destination);
    if (core === null) throw wrongParameter("pipeTo", "ReadableStream", 1, "WritableStream");
    return require("streams/pipe").pipe(this.#core, core, options);
  }

  tee() {
    if (!(#core in this)) throw illegalInvocation();
    return require("streams/tee").tee(this.#core).map(wrapReadable);
  }

  values(options) {
    if (!(#core in this)) throw illegalInvocation();
    return require("streams/iteration").iterate(this.#core, Boolean(options?.preventCancel));
  }
}

const writableOf = (value) => require("streams/writable").writableOf(value);

// The ReadableStream over a `Readable`; the same one each time.
const wrapReadable = (core) => (core.face ??= new ReadableStream(secret, core));

defineInterface(ReadableStream);
Object.defineProperty(ReadableStream.prototype, Symbol.asyncIterator, {
  value: ReadableStream.prototype.values,
  writable: true,
  configurable: true,
});

exports.ReadableStream = ReadableStream;
exports.readableOf = readableOf;
exports.wrapReadable = wrapReadable;
