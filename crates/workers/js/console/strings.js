// How single values without parts are shown: strings in the quotes that need the fewest escapes, numbers, symbols.

const symbolToString = Symbol.prototype.toString;
const bigintToString = BigInt.prototype.toString;
const IDENTIFIER = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
// Control characters, the backslash, and surrogates without their other half.
const ESCAPED = /[\x00-\x1f\x7f-\x9f\\]|\p{Surrogate}/gu;
const NAMED = { __proto__: null, "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };

function escape(character) {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0").toUpperCase()}`;
}

// A string as a literal.
exports.quote = (text) => {
  let mark = "'";
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"';
    else if (!text.includes("`") && !text.includes("${")) mark = "`";
  }
  const escaped = text.replace(ESCAPED, escape);
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
};

exports.number = (value) => (Object.is(value, -0) ? "-0" : `${value}`);
exports.bigint = (value) => `${bigintToString.call(value)}n`;
exports.symbol = (value) => symbolToString.call(value);

// A property's name as it stands before the colon.
exports.propertyName = (key, isEnumerable) => {
  if (typeof key === "symbol") {
    const text = exports.symbol(key).replace(ESCAPED, escape);
    return isEnumerable ? text : `[${text}]`;
  }
  if (key === "__proto__") return "['__proto__']";
  if (!isEnumerable) return `[${key}]`;
  return IDENTIFIER.test(key) ? key : exports.quote(key);
};

exports.plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
