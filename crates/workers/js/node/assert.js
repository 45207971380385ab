// `node:assert`, and `node:assert/strict`, which is the same.
//
// Promises the functions of Node's module with Node's errors. As on the platform, `equal` and `deepEqual` and their
// opposites are the strict comparisons in either module: there is no loose mode.
// Source: the "assert" page of Node's documentation.

const { is } = Object;
const { AssertionError } = require("node/assertion_error");
const { isDeepStrictEqual, isPartiallyEqual } = require("node/comparisons");
const { throws, rejects, doesNotThrow, doesNotReject } = require("node/throwing");
const { inspect } = require("console/inspect");
const errors = require("node/errors");

// Throws what a failed `assertion` throws: the message, when the program gave an error as one.
function fails(assertion, operator, actual, expected, message) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message, actual, expected, operator, stackStartFn: assertion });
}

function ok(...given) {
  isTrue(ok, ...given);
}

function isTrue(assertion, ...given) {
  const [value, message] = given;
  if (value) return;
  const text = given.length === 0 ? "No value argument passed to `assert.ok()`" : message;
  fails(assertion, "==", value, true, text);
}

// An assertion about two values; `passes` answers whether it holds.
function comparison(name, passes) {
  const holder = {
    [name](...given) {
      if (given.length < 2) throw errors.missingArguments("actual", "expected");
      const [actual, expected, message] = given;
      if (!passes(actual, expected)) fails(holder[name], name, actual, expected, message);
    },
  };
  return holder[name];
}

const strictEqual = comparison("strictEqual", is);
const notStrictEqual = comparison("notStrictEqual", (actual, expected) => !is(actual, expected));
const deepStrictEqual = comparison("deepStrictEqual", isDeepStrictEqual);
const notDeepStrictEqual = comparison("notDeepStrictEqual", (actual, expected) => !isDeepStrictEqual(actual, expected));
const partialDeepStrictEqual = comparison("partialDeepStrictEqual", isPartiallyEqual);

function fail(message) {
  if (message instanceof Error) throw message;
  const generatedMessage = message === undefined || message === null;
  throw new AssertionError({ message: message ?? "Failed", generatedMessage, operator: "fail", stackStartFn: fail });
}

function match(text, pattern, message) {
  matching(match, text, pattern, message, true);
}

function doesNotMatch(text, pattern, message) {
  matching(doesNotMatch, text, pattern, message, false);
}

function matching(assertion, text, pattern, message, wanted) {
  if (!(pattern instanceof RegExp)) throw errors.invalidArgumentType("regexp", "RegExp", pattern);
  if (typeof text === "string" && (pattern.exec(text) !== null) === wanted) return;
  const reason =
    typeof text === "string"
      ? `The input ${wanted ? "did not match" : "was expected to not match"} the regular expression ${inspect(pattern)}. ` +
        `Input:\n\n${inspect(text)}\n`
      : `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`;
  if (message instanceof Error) throw message;
  throw new AssertionError({
    message: message ?? reason,
    generatedMessage: message === undefined,
    actual: text,
    expected: pattern,
    operator: assertion.name,
    stackStartFn: assertion,
  });
}

function ifError(value) {
  if (value === null || value === undefined) return;
  const isError = typeof value === "object" && typeof value.message === "string";
  const what = isError ? value.message || value.constructor?.name : inspect(value);
  throw new AssertionError({
    message: `ifError got unwanted exception: ${what}`,
    generatedMessage: true,
    actual: value,
    expected: null,
    operator: "ifError",
    stackStartFn: ifError,
  });
}

function assert(...given) {
  isTrue(assert, ...given);
}

function strict(...given) {
  isTrue(strict, ...given);
}

const members = {
  AssertionError,
  ok,
  equal: strictEqual,
  notEqual: notStrictEqual,
  strictEqual,
  notStrictEqual,
  deepEqual: deepStrictEqual,
  notDeepEqual: notDeepStrictEqual,
  deepStrictEqual,
  notDeepStrictEqual,
  partialDeepStrictEqual,
  throws,
  doesNotThrow,
  rejects,
  doesNotReject,
  match,
  doesNotMatch,
  fail,
  ifError,
  strict,
};
Object.assign(strict, members);
Object.assign(assert, members);
Object.assign(exports, members, { default: assert });
