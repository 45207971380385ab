// `AssertionError`: what a failed assertion throws, and the message it makes of the two values.
// Source: the "assert" page of Node's documentation, "Class: assert.AssertionError".

const { inspect } = require("console/inspect");
const { defineProperty } = Object;

const HEADS = {
  strictEqual: "Expected values to be strictly equal:",
  deepStrictEqual: "Expected values to be strictly deep-equal:",
  partialDeepStrictEqual: "Expected values to be partially and strictly deep-equal:",
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
};
const SAME_SHAPE = "Values have same structure but are not reference-equal:";
const REFERENCE = 'Expected "actual" to be reference-equal to "expected":';
// Two short values are shown side by side.
const SHORT_MAX = 12;
// Past so many lines a comparison is cut.
const LINES_MAX = 50;
// Past so many pairs of lines nothing is matched up: all of one, then all of the other.
const PAIRS_MAX = 1_000_000;

const show = (value) => inspect(value, { depth: 1000, maxArrayLength: null, customInspect: false });
const isReference = (value) => (typeof value === "object" && value !== null) || typeof value === "function";

class AssertionError extends Error {
  constructor(options) {
    if (typeof options !== "object" || options === null) {
      throw require("node/errors").invalidArgumentType("options", "Object", options);
    }
    const { message, actual, expected, operator, stackStartFn } = options;
    const isGenerated = message === undefined || message === null;
    super(isGenerated ? describe(actual, expected, operator) : String(message));
    defineProperty(this, "name", { value: "AssertionError", enumerable: false, writable: true, configurable: true });
    this.generatedMessage = options.generatedMessage ?? isGenerated;
    this.code = "ERR_ASSERTION";
    this.actual = actual;
    this.expected = expected;
    this.operator = operator;
    Error.captureStackTrace?.(this, stackStartFn);
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }
}
exports.AssertionError = AssertionError;

function describe(actual, expected, operator) {
  if (operator === "notStrictEqual" || operator === "notDeepStrictEqual") {
    const text = show(actual);
    const separator = text.includes("\n") ? "\n\n" : " ";
    return `${HEADS[operator]}${isReference(actual) ? "\n\n" : separator}${cut(text.split("\n")).join("\n")}`;
  }
  if (HEADS[operator] === undefined) return `${show(actual)} ${operator ?? "undefined"} ${show(expected)}`;
  return compare(actual, expected, operator);
}

function compare(actual, expected, operator) {
  const left = show(actual);
  const right = show(expected);
  const areReferences = isReference(actual) && isReference(expected);
  if (left === right) return `${SAME_SHAPE}\n\n${cut(left.split("\n")).join("\n")}\n`;
  const head = operator === "strictEqual" && areReferences ? REFERENCE : HEADS[operator];
  const isShort = left.length + right.length <= SHORT_MAX && !left.includes("\n") && !right.includes("\n");
  if (isShort && !isReference(actual) && !isReference(expected)) return `${head}\n\n${left} !== ${right}\n`;
  const lines = difference(left.split("\n"), right.split("\n"));
  return `${head}\n+ actual - expected\n\n${cut(lines).join("\n")}\n`;
}

const cut = (lines) => (lines.length > LINES_MAX ? [...lines.slice(0, LINES_MAX - 4), "..."] : lines);

// Both texts as one: lines of `left` alone with `+`, of `right` alone with `-`.
function difference(left, right) {
  if (left.length * right.length > PAIRS_MAX) {
    return [...left.map((line) => `+ ${line}`), ...right.map((line) => `- ${line}`)];
  }
  // common[i][j]: how many lines the ends of both, from i and from j, have in common.
  const common = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      common[i][j] = left[i] === right[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push(`  ${left[i]}`);
      i++;
      j++;
    } else if (j === right.length || (i < left.length && common[i + 1][j] >= common[i][j + 1])) {
      lines.push(`+ ${left[i++]}`);
    } else {
      lines.push(`- ${right[j++]}`);
    }
  }
  return lines;
}
