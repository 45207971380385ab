// Calls on a result that is here already: a pipelined call whose promise has settled.
//
// The path is followed through plain objects as far as they reach; where it meets a stub the rest goes to the stub. What
// is read is a copy, with stubs of its own, as if it had been asked for.

const { handlerOf } = require("rpc/stubs");

const { hasOwn, getPrototypeOf } = Object;

const missing = (name) => remote(new TypeError(`The RPC receiver does not implement the method "${name}".`));

function remote(error) {
  error.remote = true;
  return error;
}

// Carries out one call on `result`. `isLate`: the program had the result when it made the call.
exports.carryOut = (result, path, packed, call, isLate) => {
  const names = typeof path === "string" ? [path] : path;
  try {
    step(result, names, packed, call, isLate);
  } catch (error) {
    if (packed) require("rpc/pack").drop(packed);
    call.reject(error);
  }
};

function step(result, names, packed, call, isLate) {
  let value = result;
  for (let at = 0; ; at++) {
    const handler = typeof value === "object" || typeof value === "function" ? handlerOf(value) : undefined;
    if (handler !== undefined) {
      if (at === names.length && packed === undefined) break;
      const rest = names.slice(at);
      handler.send(rest.length === 1 ? rest[0] : rest, packed, call);
      return;
    }
    if (at === names.length) break;
    const name = names[at];
    if (at === 0 && isLate && (typeof value !== "object" || value === null)) {
      throw new TypeError("Can't pipeline on RPC that did not return an object.");
    }
    const isPlain = typeof value === "object" && value !== null && getPrototypeOf(value) === Object.prototype;
    if (name === "dup" || name === "constructor") {
      throw remote(new TypeError(`'${name}' is a reserved method and cannot be called over RPC.`));
    }
    if (!isPlain) throw missing(at === 0 ? name : names[at - 1]);
    if (!hasOwn(value, name)) throw missing(name);
    value = value[name];
  }
  if (packed !== undefined) throw remote(new TypeError(`"${names.join(".") || "(this)"}" is not a function.`));
  const { bytes, externals } = require("rpc/pack").packCopy(value);
  // What was packed here and is unpacked here: the numbers are the same.
  call.returned(bytes, externals, undefined);
}
