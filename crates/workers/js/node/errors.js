// The errors Node's modules throw about their arguments: an ordinary error with a `code`.
// Source: the "Errors" page of Node's documentation.

const { isArray } = Array;
const { defineProperty } = Object;

function coded(Base, code, message) {
  const error = new Base(message);
  error.code = code;
  // As in Node, the code is part of how the error reads, not of its name.
  defineProperty(error, "toString", {
    value() {
      return `${this.name} [${code}]: ${this.message}`;
    },
    enumerable: false,
    configurable: true,
    writable: true,
  });
  return error;
}

// What was received, in the words of Node's messages.
function received(value) {
  if (value === null || value === undefined) return ` Received ${value}`;
  if (typeof value === "function") return ` Received function ${value.name}`;
  const { inspect } = require("console/inspect");
  if (typeof value === "object") {
    const name = value.constructor?.name;
    return name ? ` Received an instance of ${name}` : ` Received ${inspect(value, { depth: -1 })}`;
  }
  let shown = inspect(value);
  if (shown.length > 28) shown = `${shown.slice(0, 25)}...`;
  return ` Received type ${typeof value} (${shown})`;
}

const listed = (words) =>
  words.length < 3 ? words.join(" or ") : `${words.slice(0, -1).join(", ")}, or ${words[words.length - 1]}`;

// `expected` is the name of a type or of a class, or a list of them.
exports.invalidArgumentType = (name, expected, value) => {
  const types = [];
  const classes = [];
  for (const one of isArray(expected) ? expected : [expected]) {
    if (/^[A-Z]/.test(one) && one !== "Function" && one !== "Object") classes.push(one);
    else types.push(one.toLowerCase());
  }
  const parts = [];
  if (types.length > 0) parts.push(`${types.length > 1 ? "one of type" : "of type"} ${listed(types)}`);
  if (classes.length > 0) parts.push(`an instance of ${listed(classes)}`);
  const kind = name.includes(".") ? "property" : "argument";
  const message = `The "${name}" ${kind} must be ${parts.join(" or ")}.${received(value)}`;
  return coded(TypeError, "ERR_INVALID_ARG_TYPE", message);
};

exports.invalidArgumentValue = (name, value, reason) => {
  const { inspect } = require("console/inspect");
  const kind = name.includes(".") ? "property" : "argument";
  return coded(TypeError, "ERR_INVALID_ARG_VALUE", `The ${kind} '${name}' ${reason}. Received ${inspect(value)}`);
};

exports.outOfRange = (name, range, value) => {
  const { inspect } = require("console/inspect");
  const message = `The value of "${name}" is out of range. It must be ${range}. Received ${inspect(value)}`;
  return coded(RangeError, "ERR_OUT_OF_RANGE", message);
};

exports.missingArguments = (...names) => {
  const quoted = names.map((name) => `"${name}"`);
  const which = quoted.length === 1 ? `${quoted[0]} argument` : `${quoted.join(" and ")} arguments`;
  return coded(TypeError, "ERR_MISSING_ARGS", `The ${which} must be specified`);
};

exports.ambiguousArgument = (name, reason) =>
  coded(TypeError, "ERR_AMBIGUOUS_ARGUMENT", `The "${name}" argument is ambiguous. ${reason}`);

exports.invalidReturnValue = (expected, name, value) => {
  const got = received(value).replace(/^ Received /, "").replace(/^type (\S+) .*$/s, "type $1");
  const message = `Expected ${expected} to be returned from the "${name}" function but got ${got}.`;
  return coded(TypeError, "ERR_INVALID_RETURN_VALUE", message);
};
