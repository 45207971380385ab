// TransformStream and its controller as programs see them. The machinery is in transform_core.

const { defineInterface, illegalConstructor, illegalInvocation, wrongConstructorParameter } = require("interface");
const { deferred, functionField, invoke, isObject } = require("streams/checks");
const { wrapReadable } = require("streams/readable");
const { readStrategy } = require("streams/strategies");
const { Transform } = require("streams/transform_core");
const { wrapWritable } = require("streams/writable");

const secret = Symbol();
// First argument with which the runtime's own subclasses hand over `{ readable, writable }` cores.
exports.secret = secret;

class TransformStream {
  #core;

  constructor(transformer, writableStrategy, readableStrategy) {
    this.#core =
      transformer === secret ? writableStrategy : fromTransformer(transformer, writableStrategy, readableStrategy);
  }

  get readable() {
    if (!(#core in this)) throw illegalInvocation();
    return wrapReadable(this.#core.readable);
  }

  get writable() {
    if (!(#core in this)) throw illegalInvocation();
    return wrapWritable(this.#core.writable);
  }
}

const fromTransformer = (value, writableStrategy, readableStrategy) => {
  const transformer = value ?? {};
  if (!isObject(transformer)) throw wrongConstructorParameter("TransformStream", 1, "Transformer");
  for (const field of ["readableType", "writableType"]) {
    if (transformer[field] !== undefined) throw new TypeError(`transformer.${field} must be undefined.`);
  }
  const [start, transform, flush, cancel] = ["start", "transform", "flush", "cancel"].map((field) =>
    functionField(transformer, field, "Transformer"),
  );
  const readable = readStrategy(readableStrategy, 0);
  const writable = readStrategy(writableStrategy, 1);
  const algorithms = {
    transform: (chunk) => (transform === undefined ? core.enqueue(chunk) : transform.call(transformer, chunk, face)),
    flush: () => flush?.call(transformer, face),
    cancel: (reason) => cancel?.call(transformer, reason),
  };
  const started = deferred();
  const core = new Transform(algorithms, started.promise, writable, readable);
  const face = new TransformStreamDefaultController(secret, core);
  started.resolve(start === undefined ? undefined : invoke(start, transformer, face));
  return core;
};

class TransformStreamDefaultController {
  #core;

  constructor(key, core) {
    if (key !== secret) throw illegalConstructor();
    this.#core = core;
  }

  get desiredSize() {
    if (!(#core in this)) throw illegalInvocation();
    return this.#core.desiredSize;
  }

  enqueue(chunk) {
    if (!(#core in this)) throw illegalInvocation();
    this.#core.enqueue(chunk);
  }

  error(reason) {
    if (!(#core in this)) throw illegalInvocation();
    this.#core.error(reason);
  }

  terminate() {
    if (!(#core in this)) throw illegalInvocation();
    this.#core.terminate();
  }
}

exports.TransformStream = defineInterface(TransformStream);
exports.TransformStreamDefaultController = defineInterface(TransformStreamDefaultController);
