// Shows any value as text, the way Node and the Workers platform do.
//
// Promises never to throw and to change nothing: getters are named and not called, and proxies are not asked. The
// exceptions are a program's own `[Symbol.for("nodejs.util.inspect.custom")]()`, and what the runtime's classes offer.

const { isArray } = Array;
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys } = Reflect;
const { KIND, kindOf } = require("structured_clone/kinds");
const { proxyTarget } = require("structured_clone/proxies");
const { quote, number, bigint, symbol, propertyName, plural } = require("console/strings");
const { join } = require("console/layout");
const CUSTOM = Symbol.for("nodejs.util.inspect.custom");

const DEFAULTS = {
  depth: 2,
  breakLength: 80,
  maxArrayLength: 100,
  maxStringLength: 10000,
  showHidden: false,
  customInspect: true,
};
// Past so many characters in all, deeper objects are only named.
const TEXT_MAX = 2 ** 24;

const unlimited = (value, otherwise) => (value === null ? Infinity : typeof value === "number" ? value : otherwise);

// The text of a value. Options as in Node: depth, breakLength, maxArrayLength, maxStringLength, showHidden,
// customInspect.
exports.inspect = (value, options) => {
  const given = { ...DEFAULTS, ...options };
  const state = {
    depth: unlimited(given.depth, DEFAULTS.depth),
    breakLength: unlimited(given.breakLength, DEFAULTS.breakLength),
    maxArrayLength: Math.max(0, unlimited(given.maxArrayLength, DEFAULTS.maxArrayLength)),
    maxStringLength: Math.max(0, unlimited(given.maxStringLength, DEFAULTS.maxStringLength)),
    showHidden: given.showHidden === true,
    customInspect: given.customInspect !== false,
    indentation: 0,
    // The level of what was shown last: how much the line that holds it would hold.
    deepest: 0,
    path: [],
    circular: new Map(),
    length: 0,
  };
  return show(state, value, 0);
};

function show(state, value, level) {
  switch (typeof value) {
    case "string":
      return showString(state, value);
    case "number":
      return number(value);
    case "bigint":
      return bigint(value);
    case "symbol":
      return symbol(value);
    case "object":
      return value === null ? "null" : showReference(state, value, level);
    case "function":
      return showReference(state, value, level);
    default:
      return `${value}`;
  }
}

function showString(state, text) {
  let rest = "";
  if (text.length > state.maxStringLength) {
    rest = `... ${plural(text.length - state.maxStringLength, "more character")}`;
    text = text.slice(0, state.maxStringLength);
  }
  if (text.length > 16 && text.length > state.breakLength - state.indentation - 4 && text.includes("\n")) {
    const lines = text.split(/(?<=\n)/).map(quote);
    return lines.join(` +\n${" ".repeat(state.indentation + 2)}`) + rest;
  }
  return quote(text) + rest;
}

function showReference(state, value, level) {
  const target = proxyTarget(value);
  if (target !== undefined) return `Proxy(${show(state, target, level)})`;
  if (state.path.includes(value)) {
    if (!state.circular.has(value)) state.circular.set(value, state.circular.size + 1);
    return `[Circular *${state.circular.get(value)}]`;
  }
  try {
    const custom = state.customInspect ? showCustom(state, value, level) : undefined;
    return custom ?? showObject(state, value, level);
  } catch (error) {
    if (error instanceof RangeError) return "[Inspection interrupted: the stack is full]";
    return "[Object that cannot be shown]";
  }
}

// What a program's own method says; undefined when there is none.
function showCustom(state, value, level) {
  const custom = value[CUSTOM];
  if (typeof custom !== "function") return undefined;
  const depth = state.depth - level;
  const options = { depth, breakLength: state.breakLength, maxArrayLength: state.maxArrayLength, stylize: String };
  const shown = custom.call(value, depth, options, exports.inspect);
  if (shown === value) return undefined;
  if (typeof shown !== "string") return show(state, shown, level);
  return shown.replaceAll("\n", `\n${" ".repeat(state.indentation)}`);
}

function showObject(state, value, level) {
  const kind = typeof value === "function" ? "function" : kindOf(value);
  const name = constructorName(value);
  const tag = tagOf(value, name);
  const subject = { value, kind, name, tag, keys: keysOf(state, value, kind) };
  // { text } is all there is to say; else there are parts between brackets, after what `base` says.
  const form = require("console/forms").form(state, subject);
  if (form.text !== undefined) return form.text;
  if (level > state.depth || state.length > TEXT_MAX) return `[${form.title ?? title(subject)}]`;
  state.path.push(value);
  state.deepest = level;
  const parts = form.parts(state, (inner) => show(state, inner, level + 1));
  for (const key of subject.keys) parts.push(showProperty(state, value, key, level + 1));
  for (const [key, inner] of form.extra ?? []) parts.push(`${key}: ${indented(state, inner, level + 1)}`);
  state.path.pop();
  let base = form.base ?? "";
  const reference = state.circular.get(value);
  if (reference !== undefined) base = base === "" ? `<ref *${reference}>` : `<ref *${reference}> ${base}`;
  if (parts.length === 0) return `${base === "" ? "" : `${base} `}${form.brackets.join("")}`;
  const text = join(state, parts, base, form.brackets, level, form.list);
  state.length += text.length;
  return text;
}

function indented(state, value, level) {
  state.indentation += 2;
  const text = show(state, value, level);
  state.indentation -= 2;
  return text;
}
exports.indented = indented;

function showProperty(state, object, key, level) {
  const descriptor = getOwnPropertyDescriptor(object, key);
  if (descriptor === undefined) return `${propertyName(key, true)}: undefined`;
  const name = propertyName(key, descriptor.enumerable);
  if (descriptor.get !== undefined) return `${name}: [Getter${descriptor.set === undefined ? "" : "/Setter"}]`;
  if (descriptor.set !== undefined) return `${name}: [Setter]`;
  return `${name}: ${indented(state, descriptor.value, level)}`;
}

// The own properties that are shown.
function keysOf(state, value, kind) {
  const keys = [];
  const isList = kind === KIND.ARRAY || kind === KIND.VIEW || kind === KIND.STRING;
  for (const key of ownKeys(value)) {
    if (isList && typeof key === "string" && isIndex(key)) continue;
    const isShown = getOwnPropertyDescriptor(value, key)?.enumerable || (state.showHidden && typeof key === "string");
    if (isShown) keys.push(key);
  }
  return keys;
}

function isIndex(key) {
  const index = +key;
  return index >= 0 && index < 4294967295 && `${index >>> 0}` === key;
}

// The name of the class of an object, null for one without a prototype.
function constructorName(object) {
  let holder = object;
  const first = getPrototypeOf(object);
  while (holder !== null) {
    const descriptor = getOwnPropertyDescriptor(holder, "constructor");
    const made = descriptor?.value;
    if (typeof made === "function") {
      const name = getOwnPropertyDescriptor(made, "name")?.value;
      if (typeof name === "string" && name !== "" && isInstance(object, made)) return name;
    }
    holder = getPrototypeOf(holder);
    if (proxyTarget(holder ?? undefined) !== undefined) return "Object";
  }
  return first === null ? null : "Object";
}

function isInstance(object, made) {
  const prototype = getOwnPropertyDescriptor(made, "prototype")?.value;
  for (let holder = getPrototypeOf(object); holder !== null; holder = getPrototypeOf(holder)) {
    if (holder === prototype) return true;
    if (proxyTarget(holder) !== undefined) return false;
  }
  return false;
}

// The tag of an object where it says more than its class.
function tagOf(object, name) {
  let tag;
  try {
    tag = object[Symbol.toStringTag];
  } catch {
    return "";
  }
  if (typeof tag !== "string" || tag === "" || tag === name) return "";
  return getOwnPropertyDescriptor(object, Symbol.toStringTag)?.enumerable ? "" : tag;
}

// What stands before the bracket: `Foo(2) [Map] `.
exports.prefix = ({ name, tag }, fallback, size = "") => {
  const shownTag = tag !== "" && tag !== (name ?? fallback) ? `[${tag}] ` : "";
  return name === null ? `[${fallback}${size}: null prototype] ${shownTag}` : `${name}${size} ${shownTag}`;
};

function title(subject) {
  return exports.prefix(subject, isArray(subject.value) ? "Array" : "Object").slice(0, -1);
}

