// console.log()'s arguments as one text: `%s` and its kin, then everything else with spaces between.

const { inspect } = require("console/inspect");
const { number, bigint, symbol } = require("console/strings");
const { dataOf } = require("structured_clone/describe");
const { proxyTarget } = require("structured_clone/proxies");
const functionToString = Function.prototype.toString;

const text = (value) => (typeof value === "string" ? value : inspect(value));

exports.format = (args) => {
  const [first, ...rest] = args;
  if (typeof first !== "string") return args.map(text).join(" ");
  if (rest.length === 0) return first;
  let used = 0;
  const head = first.replace(/%[sdifjoOc%]/g, (directive) => {
    if (directive === "%%") return "%";
    if (used === rest.length) return directive;
    return convert(directive[1], rest[used++]);
  });
  return [head, ...rest.slice(used).map(text)].join(" ");
};

function convert(letter, value) {
  switch (letter) {
    case "s":
      return asString(value);
    case "d":
      return asNumber(value, Number);
    case "i":
      return asNumber(value, parseInt);
    case "f":
      return typeof value === "symbol" ? "NaN" : number(parseFloat(value));
    case "j":
      return asJson(value);
    case "o":
      return inspect(value, { showHidden: true, depth: 4 });
    case "O":
      return inspect(value);
    default:
      // Styles have no meaning outside a browser.
      return "";
  }
}

function asString(value) {
  if (typeof value === "number") return number(value);
  if (typeof value === "bigint") return bigint(value);
  if (typeof value === "symbol") return symbol(value);
  if (typeof value !== "object" || value === null) return String(value);
  return hasOwnText(value) ? String(value) : inspect(value, { depth: 0 });
}

// Whether a program says how this object becomes a string.
function hasOwnText(object) {
  if (proxyTarget(object) !== undefined) return false;
  for (const key of [Symbol.toPrimitive, "toString"]) {
    const method = dataOf(object, key);
    if (typeof method === "function" && !functionToString.call(method).includes("[native code]")) {
      // The runtime's own classes are written in JavaScript too.
      return !isRuntime(object);
    }
  }
  return false;
}

function isRuntime(object) {
  const { KIND, kindOf } = require("structured_clone/kinds");
  const kind = kindOf(object);
  return kind === KIND.INTERFACE || kind === KIND.DOM_EXCEPTION;
}

function asNumber(value, convert) {
  if (typeof value === "bigint") return bigint(value);
  return typeof value === "symbol" ? "NaN" : number(convert(value));
}

function asJson(value) {
  try {
    return JSON.stringify(value) ?? "undefined";
  } catch (error) {
    if (error instanceof TypeError) return "[Circular]";
    throw error;
  }
}
