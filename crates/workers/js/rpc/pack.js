// Arguments and results on their way out: bytes, and what bytes cannot hold.
//
// Promises: nothing of a value that cannot be sent stays behind; what was exported for it is taken back. Stubs in
// arguments are sent as copies (or go over to the callee, before 2026-01-20); those in results go over to the caller.
// Source: workers-api.md 4.4.

const { serialize, out } = require("structured_clone/writer");
const { HOST } = require("structured_clone/format");
const { notCloneable, notSerializable } = require("structured_clone/describe");
const { KIND } = require("structured_clone/kinds");
const { wrongConstructorParameter } = require("interface");
const { proxyTarget } = require("structured_clone/proxies");
const { expose } = require("rpc/exported");
const { foreignError, isForeign } = require("invocation");
const context = require("context");
const stubs = require("rpc/stubs");

const { handlerOf, isRpcTarget, StubHandler, PropertyHandler, PromiseHandler } = stubs;
const { rpc, bodies } = native;
const { getPrototypeOf } = Object;

const BYTES_MAX = 32 << 20;

// The place of a stub that was disposed of.
const NOWHERE = 0xffffffff;

// Kinds of what is beside the bytes, as the host numbers them.
const STUB = 1;

const COPY = Symbol("copy");
const HAND_OVER = Symbol("hand over");

const ARGUMENTS = require("flags").rpc_params_dup_stubs ? COPY : HAND_OVER;

class Packing {
  externals = undefined;
  // Stubs that are the receiver's when the value is sent, and their places.
  moved = null;

  constructor(ownership, session) {
    this.ownership = ownership;
    // The invocation that what is exported keeps open, if any.
    this.session = session;
  }

  // Adds a stub by its number; answers its place.
  stub(number) {
    return this.add(STUB, number);
  }

  add(kind, number) {
    const externals = (this.externals ??= []);
    externals.push(kind, number);
    return externals.length / 2 - 1;
  }

  // Lets the receiver call `target`; answers its place.
  expose(target, isPlain, dispose, isEager = false) {
    return this.stub(expose(target, isPlain, dispose, this.session, isEager));
  }

  // Called for whatever the format has no bytes for.
  write(value, kind) {
    writeExternal(this, value, kind);
  }
}

function pack(value, ownership, session) {
  const packing = new Packing(ownership, session);
  let bytes;
  try {
    bytes = serialize(value, { rpc: packing });
    if (bytes.length > BYTES_MAX) {
      throw new Error(
        `Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: ${bytes.length} bytes.`,
      );
    }
  } catch (error) {
    for (const place of packing.moved?.values() ?? []) packing.externals[place * 2 + 1] = -1;
    drop(packing);
    throw error;
  }
  for (const handler of packing.moved?.keys() ?? []) handler.surrender();
  return { bytes, externals: packing.externals };
}

// Gives back what a packed value holds.
function drop({ externals }) {
  if (externals === undefined) return;
  for (let at = 0; at < externals.length; at += 2) {
    const number = externals[at + 1];
    if (number < 0) continue;
    if (externals[at] === STUB) rpc.release(number);
    else bodies.cancel(number);
  }
}

exports.drop = drop;
exports.packArguments = (args) => pack(args, ARGUMENTS, null);
exports.packResult = (value, session) => pack(value, HAND_OVER, session);
exports.packCopy = (value) => pack(value, COPY, null);

// ---- what becomes a stub -------------------------------------------------------------------------------------

function dataCloneError(message) {
  const { DOMException } = require("dom_exception");
  return new DOMException(message, "DataCloneError");
}

// Whether own properties of a value that may become a stub are visible: undefined when it may not.
function shapeOf(value) {
  const prototype = getPrototypeOf(value);
  if (prototype === Object.prototype) return true;
  for (let at = prototype; at !== null; at = getPrototypeOf(at)) if (at === stubs.RpcTarget.prototype) return false;
  return typeof value === "function" && !isPath(value) ? true : undefined;
}

// A property or a promise of a stub can be called but is no function to be sent.
function isPath(value) {
  const handler = handlerOf(value);
  return handler instanceof PropertyHandler || handler instanceof PromiseHandler;
}

// `new RpcStub(target)`.
exports.stubFor = (target) => {
  const isObject = (typeof target === "object" && target !== null) || typeof target === "function";
  if (!isObject) throw wrongConstructorParameter("JsRpcStub", 1, "Object");
  const isPlain = shapeOf(target);
  if (isPlain === undefined) {
    throw new TypeError("RpcStubs can only wrap plain objects, functions, and RpcTarget derivatives.");
  }
  return new StubHandler(expose(target, isPlain, target[Symbol.dispose]), null).proxy;
};

// What is sent in the place of a target in arguments: the program's own duplicate, if the target makes one.
function duplicate({ ownership }, target, isRight, message) {
  if (ownership !== COPY) return target;
  const { dup } = target;
  if (typeof dup !== "function") return target;
  const copy = Reflect.apply(dup, target, []);
  const isObject = (typeof copy === "object" && copy !== null) || typeof copy === "function";
  if (!isObject || !isRight(copy)) throw dataCloneError(message);
  return copy;
}

const BAD_TARGET =
  "Couldn't create a stub for the RcpTarget because it has a dup() method which did not return another RpcTarget. " +
  "Either remove the dup() method or make sure it returns an RpcTarget.";
const BAD_FUNCTION =
  "Couldn't create a stub for the function because it has a dup() method which did not return another function. " +
  "Either remove the dup() method or make sure it returns a function.";
const BAD_PROXY =
  "Couldn't create a stub for the Proxy because it has a dup() method which did not return the same underlying type " +
  "(RpcTarget or Function) as the Proxy itself represents. Either remove the dup() method or make sure it returns an " +
  "RpcTarget.";

function writeStub(place) {
  out.host(HOST.RPC_STUB);
  out.varint(place);
}

function writeTarget(packing, target, isPlain) {
  writeStub(packing.expose(target, isPlain, target[Symbol.dispose]));
}

function writeProxy(packing, proxy) {
  const isPlain = shapeOf(proxy);
  if (isPlain === undefined) {
    throw dataCloneError(
      "Proxy could not be serialized because it is not a valid RPC receiver type. The Proxy must emulate either a " +
        "plain object or an RpcTarget, as indicated by the Proxy's prototype chain.",
    );
  }
  writeTarget(packing, duplicate(packing, proxy, (copy) => shapeOf(copy) === isPlain, BAD_PROXY), isPlain);
}

function writeHeld(packing, handler, value) {
  if (handler instanceof StubHandler) {
    if (handler.number < 0) {
      // Using it fails, as it does here.
      writeStub(NOWHERE);
    } else if (packing.ownership === COPY) {
      writeStub(packing.stub(rpc.dup(handler.number, context.owner)));
    } else if (packing.session !== null && isForeign(handler.invocation, packing.session)) {
      throw foreignError("Client");
    } else if (packing.moved?.has(handler)) {
      writeStub(packing.stub(rpc.dup(handler.number, context.owner)));
    } else {
      const place = packing.stub(handler.number);
      (packing.moved ??= new Map()).set(handler, place);
      writeStub(place);
    }
  } else if (handler instanceof PropertyHandler || handler instanceof PromiseHandler) {
    throw notSerializable(value);
  } else {
    handler.pack(out);
  }
}

function writeExternal(packing, value, kind) {
  if (value === globalThis) throw notCloneable(value);
  const handler = handlerOf(value);
  if (handler !== undefined) return writeHeld(packing, handler, value);
  if (kind === KIND.PROXY || proxyTarget(value) !== undefined) return writeProxy(packing, value);
  if (typeof value === "function") {
    return writeTarget(packing, duplicate(packing, value, (copy) => typeof copy === "function" && !isPath(copy), BAD_FUNCTION), true);
  }
  if (isRpcTarget(value)) return writeTarget(packing, duplicate(packing, value, isRpcTarget, BAD_TARGET), false);
  if (!require("rpc/platform").write(packing, value, out)) throw notSerializable(value);
}
