// The assertions about what is thrown: `throws`, `rejects`, and their opposites.
//
// What is thrown can be checked by a class, a RegExp over its text, a function that must return true, an object or an error
// whose properties it must have (RegExps among them match strings).
// Source: the "assert" page of Node's documentation.

const { getPrototypeOf, keys } = Object;
const { AssertionError } = require("node/assertion_error");
const { isDeepStrictEqual } = require("node/comparisons");
const { inspect } = require("console/inspect");
const errors = require("node/errors");

// Nothing was thrown. No value a program can throw is this one.
const NOTHING = {};

const isThenable = (value) =>
  value instanceof Promise ||
  (((value !== null && typeof value === "object") || typeof value === "function") && typeof value.then === "function");
const isErrorClass = (value) => value === Error || value.prototype instanceof Error;

function thrownBy(run) {
  if (typeof run !== "function") throw errors.invalidArgumentType("fn", "function", run);
  try {
    run();
  } catch (error) {
    return error;
  }
  return NOTHING;
}

async function rejectionOf(subject) {
  let promise = subject;
  if (typeof subject === "function") {
    promise = subject();
    if (!isThenable(promise)) throw errors.invalidReturnValue("instance of Promise", "promiseFn", promise);
  } else if (!isThenable(subject)) {
    throw errors.invalidArgumentType("promiseFn", ["function", "Promise"], subject);
  }
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return NOTHING;
}

exports.throws = function throws(run, ...how) {
  expectThrown(throws, thrownBy(run), how, "exception");
};

exports.rejects = async function rejects(subject, ...how) {
  expectThrown(rejects, await rejectionOf(subject), how, "rejection");
};

exports.doesNotThrow = function doesNotThrow(run, ...how) {
  expectNothing(doesNotThrow, thrownBy(run), how, "exception");
};

exports.doesNotReject = async function doesNotReject(subject, ...how) {
  expectNothing(doesNotReject, await rejectionOf(subject), how, "rejection");
};

function expectThrown(assertion, thrown, how, noun) {
  let [expected, message] = how;
  if (typeof expected === "string") {
    if (how.length > 1) {
      throw errors.invalidArgumentType("error", ["Object", "Error", "Function", "RegExp"], expected);
    }
    const text = typeof thrown === "object" && thrown !== null ? thrown.message : thrown;
    if (thrown !== NOTHING && text === expected) {
      const what = thrown === text ? `error "${thrown}"` : `error message "${text}"`;
      throw errors.ambiguousArgument("error/message", `The ${what} is identical to the message.`);
    }
    [expected, message] = [undefined, expected];
  } else if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") {
    throw errors.invalidArgumentType("error", ["Function", "Error", "RegExp", "Object"], expected);
  }
  if (isEmptyObject(expected)) throw errors.invalidArgumentValue("error", expected, "may not be an empty object");
  if (thrown === NOTHING) {
    const name = typeof expected === "function" && expected.name ? ` (${expected.name})` : "";
    if (message instanceof Error) throw message;
    const text = `Missing expected ${noun}${name}${message ? `: ${message}` : "."}`;
    throw new AssertionError({ message: text, operator: assertion.name, actual: undefined, expected, stackStartFn: assertion });
  }
  if (expected !== undefined && expected !== null) check(assertion, thrown, expected, message);
}

const isEmptyObject = (value) =>
  typeof value === "object" && value !== null && getPrototypeOf(value) === Object.prototype && keys(value).length === 0;

// Throws unless what was thrown is what was expected.
function check(assertion, thrown, expected, message) {
  const fail = (text) => {
    if (message instanceof Error) throw message;
    throw new AssertionError({
      message: message ?? text,
      generatedMessage: message === undefined,
      actual: thrown,
      expected,
      operator: assertion.name,
      stackStartFn: assertion,
    });
  };
  if (typeof expected === "function") return checkFunction(thrown, expected, fail, assertion);
  if (expected instanceof RegExp) {
    if (expected.exec(String(thrown)) !== null) return;
    const shown = inspect(String(thrown), { breakLength: Infinity });
    return fail(`The input did not match the regular expression ${inspect(expected)}. Input:\n\n${shown}\n`);
  }
  if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) {
    return fail(`Expected an object to be thrown. Received ${inspect(thrown)}`);
  }
  const names = keys(expected);
  if (expected instanceof Error) names.push("name", "message");
  for (const name of names) {
    const wanted = expected[name];
    const actual = thrown[name];
    if (name in thrown && typeof actual === "string" && wanted instanceof RegExp && wanted.exec(actual) !== null) continue;
    if (name in thrown && isDeepStrictEqual(actual, wanted)) continue;
    fail(differenceOf(thrown, expected, names, assertion));
  }
}

// Compares only what was asked for.
function differenceOf(thrown, expected, names, assertion) {
  const pick = (from, other) => {
    const picked = {};
    for (const name of names) {
      if (!(name in from)) continue;
      // A pattern that matches is no difference.
      const isMatch = other?.[name] instanceof RegExp && typeof from[name] === "string" && other[name].exec(from[name]) !== null;
      picked[name] = isMatch ? other[name] : from[name];
    }
    return picked;
  };
  const [actual, wanted] = [pick(thrown, expected), pick(expected)];
  return new AssertionError({ actual, expected: wanted, operator: "deepStrictEqual", stackStartFn: assertion }).message;
}

function checkFunction(thrown, expected, fail, assertion) {
  if (expected.prototype !== undefined && thrown instanceof expected) return;
  if (isErrorClass(expected)) {
    if (!(thrown instanceof Error)) {
      return fail(`The error is expected to be an instance of "${expected.name}". Received "${inspect(thrown, { depth: -1 })}"`);
    }
    const name = thrown.constructor?.name;
    return fail(
      `The error is expected to be an instance of "${expected.name}". Received "${name}"\n\nError message:\n\n${thrown.message}`,
    );
  }
  const answer = Reflect.apply(expected, {}, [thrown]);
  if (answer === true) return;
  const name = expected.name ? `"${expected.name}" ` : "";
  const caught = thrown instanceof Error ? `\n\nCaught error:\n\n${thrown}` : "";
  const validation = assertion.name === "rejects" && name === "" ? '"validate" validation' : `${name}validation`;
  fail(`The ${validation} function is expected to return "true". Received ${inspect(answer)}${caught}\n`);
}

function expectNothing(assertion, thrown, how, noun) {
  let [expected, message] = how;
  if (typeof expected === "string") [expected, message] = [undefined, expected];
  if (thrown === NOTHING) return;
  if (expected !== undefined && !matches(thrown, expected)) throw thrown;
  const details = message ? `: ${message}` : ".";
  throw new AssertionError({
    message: `Got unwanted ${noun}${details}\nActual message: "${thrown?.message ?? thrown}"`,
    actual: thrown,
    expected,
    operator: assertion.name,
    stackStartFn: assertion,
  });
}

function matches(thrown, expected) {
  if (expected instanceof RegExp) return expected.exec(String(thrown)) !== null;
  if (typeof expected !== "function") {
    throw errors.invalidArgumentType("expected", ["Function", "RegExp"], expected);
  }
  if (expected.prototype !== undefined && thrown instanceof expected) return true;
  return !isErrorClass(expected) && Reflect.apply(expected, {}, [thrown]) === true;
}
