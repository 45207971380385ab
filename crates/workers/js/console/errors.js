// How errors are shown: their stack in the form people know, then their cause and their own properties.

const { getOwnPropertyDescriptor } = Object;
const { stackOf } = require("stack");
const { dataOf } = require("structured_clone/describe");
// The engine's own notes, which the stack tells better.
const NOTES = new Set(["line", "column", "sourceURL", "stack", "message"]);

// The stack of an error, or its name and message where it has none.
function textOf(error) {
  const { stack } = error;
  const isOwnText = typeof stack === "string" && stack !== "" && !stack.includes("@");
  const text = isOwnText ? stack : stackOf(error);
  return typeof text === "string" && text !== "" ? text : Error.prototype.toString.call(error);
}

// The class, where the stack begins with a name that does not tell it.
function withClass(text, error, className) {
  const given = dataOf(error, "name") ?? "Error";
  const name = typeof given === "string" ? given : "Error";
  if (className === null || className === name || !name.endsWith("Error") || !text.startsWith(name)) return text;
  const rest = text.slice(name.length);
  if (rest !== "" && rest[0] !== ":" && rest[0] !== "\n") return text;
  return (className.includes(name) ? className : `${className} [${name}]`) + rest;
}

exports.errorForm = (state, subject) => {
  const { value, name } = subject;
  let base;
  try {
    base = withClass(textOf(value), value, name);
  } catch {
    base = "Error";
  }
  if (name === "DOMException" && !base.startsWith("DOMException")) {
    const kind = value.name;
    base = base.startsWith(kind) ? `DOMException [${kind}]${base.slice(kind.length)}` : base;
  }
  if (!base.includes("\n    at ")) base = `[${base}]`;
  if (state.indentation > 0) base = base.replaceAll("\n", `\n${" ".repeat(state.indentation)}`);
  subject.keys = subject.keys.filter((key) => !isToldAlready(value, key, base));
  for (const key of ["cause", "errors"]) {
    const isHidden = getOwnPropertyDescriptor(value, key)?.enumerable === false;
    if (isHidden && !subject.keys.includes(key)) subject.keys.push(key);
  }
  if (subject.keys.length === 0) return { text: base };
  return { base, brackets: ["{", "}"], parts: () => [], title: name ?? "Error" };
};

function isToldAlready(error, key, base) {
  const descriptor = getOwnPropertyDescriptor(error, key);
  if (!descriptor.enumerable) return NOTES.has(key);
  if (key === "stack") return true;
  const isText = key === "name" || key === "message";
  return isText && typeof descriptor.value === "string" && base.includes(descriptor.value);
}
