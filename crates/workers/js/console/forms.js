// The form in which each kind of object is shown: its brackets, what stands before them, and its parts.
//
// A form is `{ text }` when that is all, or
//   brackets   what opens and closes
//   base       what stands before them, for objects that are more than their properties
//   parts      (state, show) -> the texts between the brackets, before the properties
//   list       the array whose elements the parts are, if they may be set in columns
//   extra      pairs that are shown like properties: what the runtime's objects offer
//   title      what is said in place of everything when the object is too deep

const { getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;
const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name).get;
const functionToString = Function.prototype.toString;
const regexpToString = RegExp.prototype.toString;
const { getTime, toISOString } = Date.prototype;
const mapForEach = Map.prototype.forEach;
const mapSize = getter(Map.prototype, "size");
const setForEach = Set.prototype.forEach;
const setSize = getter(Set.prototype, "size");
const byteLengthOf = getter(ArrayBuffer.prototype, "byteLength");
const detachedOf = getter(ArrayBuffer.prototype, "detached");
const typedArray = getPrototypeOf(Uint8Array.prototype);
const viewName = getter(typedArray, Symbol.toStringTag);
const viewLength = getter(typedArray, "length");
const { KIND } = require("structured_clone/kinds");
const { quote, number, bigint, symbol, plural } = require("console/strings");
const { prefix, indented } = require("console/inspect");

const none = () => [];

exports.form = (state, subject) => {
  const { value, kind, keys } = subject;
  switch (kind) {
    case "function":
      return withBase(functionText(subject), keys);
    case KIND.ARRAY:
      return arrayForm(state, subject);
    case KIND.MAP:
      return sizedForm(subject, "Map", mapSize.call(value), mapParts);
    case KIND.SET:
      return sizedForm(subject, "Set", setSize.call(value), setParts);
    case KIND.VIEW:
      return viewName.call(value) === undefined ? dataViewForm(subject) : typedArrayForm(subject);
    case KIND.BUFFER:
    case KIND.SHARED_BUFFER:
      return bufferForm(subject);
    case KIND.DATE:
      return withBase(dated(subject), keys);
    case KIND.REGEXP:
      return withBase(named(subject, "RegExp") + regexpToString.call(value), keys);
    case KIND.ERROR:
    case KIND.DOM_EXCEPTION:
      return require("console/errors").errorForm(state, subject);
    case KIND.BOOLEAN:
    case KIND.NUMBER:
    case KIND.STRING:
    case KIND.BIGINT:
      return withBase(boxed(subject), keys);
    case KIND.INTERFACE:
      return require("console/interfaces").interfaceForm(subject);
    case KIND.PROMISE:
      return braces(prefix(subject, "Promise"), () => ["..."]);
    case KIND.OPAQUE:
      return opaqueForm(subject);
    default:
      return plainForm(subject);
  }
};

const braces = (before, parts = none) => ({ brackets: [`${before}{`, "}"], parts, title: before.trimEnd() });
const withBase = (base, keys) => (keys.length === 0 ? { text: base } : { base, brackets: ["{", "}"], parts: none });
// The class, where it is not what one would expect.
const named = (subject, expected) => {
  const before = prefix(subject, expected);
  return before === `${expected} ` ? "" : before;
};

function plainForm(subject) {
  const { name, tag, keys } = subject;
  const before = name === "Object" && tag === "" ? "" : prefix(subject, "Object");
  if (keys.length === 0) return { text: `${before}{}` };
  return { ...braces(before), title: before === "" ? "Object" : before.trimEnd() };
}

function opaqueForm(subject) {
  const { value, keys } = subject;
  const text = Object.prototype.toString.call(value);
  if (text === "[object Arguments]") {
    subject.keys = keys.filter((key) => typeof key !== "string" || !(key in value) || Number.isNaN(+key));
    const parts = (state, show) => Array.from(value, (item) => deeper(state, show, item));
    return { brackets: ["[Arguments] [", "]"], parts, list: value };
  }
  if (text === "[object WeakMap]" || text === "[object WeakSet]") {
    return braces(prefix(subject, text.slice(8, -1)), () => ["<items unknown>"]);
  }
  if (typeof value.description === "string" || text === "[object Symbol]") {
    return withBase(`[Symbol: ${symbol(Symbol.prototype.valueOf.call(value))}]`, keys);
  }
  return plainForm(subject);
}

function deeper(state, show, value) {
  state.indentation += 2;
  const text = show(value);
  state.indentation -= 2;
  return text;
}

function more(parts, rest, noun = "more item") {
  if (rest > 0) parts.push(`... ${plural(rest, noun)}`);
  return parts;
}

function arrayForm(state, subject) {
  const { value, name, tag, keys } = subject;
  const before = name === "Array" && tag === "" ? "" : prefix(subject, "Array", `(${value.length})`);
  if (value.length === 0 && keys.length === 0) return { text: `${before}[]` };
  return { brackets: [`${before}[`, "]"], parts: arrayParts.bind(null, value), list: value, title: name ?? undefined };
}

function arrayParts(array, state, show) {
  const parts = [];
  let index = 0;
  while (index < array.length && parts.length < state.maxArrayLength) {
    const descriptor = getOwnPropertyDescriptor(array, index);
    if (descriptor === undefined) {
      const from = index;
      index = nextElement(array, index);
      parts.push(`<${plural(index - from, "empty item")}>`);
    } else {
      parts.push("value" in descriptor ? deeper(state, show, descriptor.value) : "[Getter]");
      index++;
    }
  }
  return more(parts, array.length - index);
}

// The next index that has an element. Long gaps are crossed by way of the keys.
function nextElement(array, from) {
  for (let index = from; index < from + 1000; index++) {
    if (index >= array.length || hasOwn(array, index)) return index;
  }
  const next = Object.keys(array).find((key) => +key >= from);
  return next === undefined || Number.isNaN(+next) ? array.length : +next;
}

function sizedForm(subject, fallback, size, partsOf) {
  const before = prefix(subject, fallback, `(${size})`);
  if (size === 0 && subject.keys.length === 0) return { text: `${before}{}` };
  return { ...braces(before, partsOf.bind(null, subject.value, size)), title: subject.name ?? fallback };
}

function mapParts(map, size, state, show) {
  const parts = [];
  state.indentation += 2;
  mapForEach.call(map, (value, key) => {
    if (parts.length < state.maxArrayLength) parts.push(`${show(key)} => ${show(value)}`);
  });
  state.indentation -= 2;
  return more(parts, size - parts.length);
}

function setParts(set, size, state, show) {
  const parts = [];
  state.indentation += 2;
  setForEach.call(set, (value) => {
    if (parts.length < state.maxArrayLength) parts.push(show(value));
  });
  state.indentation -= 2;
  return more(parts, size - parts.length);
}

function typedArrayForm(subject) {
  const { value, keys } = subject;
  const length = viewLength.call(value);
  const type = viewName.call(value);
  // The tag of a typed array is its class.
  const before = prefix({ ...subject, tag: subject.tag === type ? "" : subject.tag }, type, `(${length})`);
  if (length === 0 && keys.length === 0) return { text: `${before}[]` };
  const parts = (state) => {
    const shown = [];
    const write = type.startsWith("Big") ? bigint : number;
    for (let i = 0; i < length && i < state.maxArrayLength; i++) shown.push(write(value[i]));
    return more(shown, length - shown.length);
  };
  return { brackets: [`${before}[`, "]"], parts, list: value, title: subject.name ?? type };
}

function bufferForm(subject) {
  const { value, kind } = subject;
  const type = kind === KIND.BUFFER ? "ArrayBuffer" : "SharedArrayBuffer";
  const before = prefix(subject, type);
  if (kind === KIND.BUFFER && detachedOf.call(value)) return braces(before, () => ["(detached)", "byteLength: 0"]);
  const parts = (state) => {
    const bytes = new Uint8Array(value);
    const shown = [];
    for (let i = 0; i < bytes.length && i < state.maxArrayLength; i++) shown.push(bytes[i].toString(16).padStart(2, "0"));
    const rest = bytes.length - shown.length;
    const text = shown.join(" ") + (rest > 0 ? ` ... ${plural(rest, "more byte")}` : "");
    return [`[Uint8Contents]: <${text}>`, `byteLength: ${bytes.length}`];
  };
  return braces(before, parts);
}

function dataViewForm(subject) {
  const { value } = subject;
  const parts = (state, show) => {
    const names = ["byteLength", "byteOffset", "buffer"];
    return names.map((name) => `${name}: ${deeper(state, show, getter(DataView.prototype, name).call(value))}`);
  };
  return braces(prefix(subject, "DataView"), parts);
}

function dated(subject) {
  const time = getTime.call(subject.value);
  const text = time === time ? toISOString.call(subject.value) : "Invalid Date";
  return named(subject, "Date") + text;
}

function boxed(subject) {
  const { value, kind, name } = subject;
  const types = {
    [KIND.BOOLEAN]: ["Boolean", () => `${Boolean.prototype.valueOf.call(value)}`],
    [KIND.NUMBER]: ["Number", () => number(Number.prototype.valueOf.call(value))],
    [KIND.STRING]: ["String", () => quote(String.prototype.valueOf.call(value))],
    [KIND.BIGINT]: ["BigInt", () => bigint(BigInt.prototype.valueOf.call(value))],
  };
  const [type, text] = types[kind];
  const class_ = name === type ? "" : name === null ? " (null prototype)" : ` (${name})`;
  return `[${type}${class_}: ${text()}]`;
}

function functionText(subject) {
  const { value, name: className, tag } = subject;
  const source = functionToString.call(value);
  const own = getOwnPropertyDescriptor(value, "name")?.value;
  const name = typeof own === "string" ? own : "";
  if (/^class\b/.test(source)) {
    let text = `[class ${name === "" ? "(anonymous)" : name}`;
    const parent = getPrototypeOf(value);
    const parentName = parent === null ? "null" : getOwnPropertyDescriptor(parent, "name")?.value;
    if (typeof parentName === "string" && parentName !== "") text += ` extends ${parentName}`;
    return `${text}]`;
  }
  // The prototype of a function tells its type, its source might not.
  const type = FUNCTION_TYPES.get(getPrototypeOf(value)) ?? "Function";
  let text = `[${type}`;
  if (className === null) text += " (null prototype)";
  text += name === "" ? " (anonymous)]" : `: ${name}]`;
  if (className !== null && className !== type && className !== "Function") text += ` ${className}`;
  if (tag !== "" && tag !== type && tag !== className) text += ` [${tag}]`;
  return text;
}

const FUNCTION_TYPES = new Map([
  [getPrototypeOf(async () => {}), "AsyncFunction"],
  [getPrototypeOf(function* () {}), "GeneratorFunction"],
  [getPrototypeOf(async function* () {}), "AsyncGeneratorFunction"],
]);
