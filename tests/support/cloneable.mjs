// Promises: source text of three functions for a Worker. `values()` makes every kind of value that can be stored, by name;
// `drawn(seed)` makes one of many kinds within each other, the same wherever it runs;
// `describe(value)` says as text what a value is, with everything that can be told apart: classes, properties, hidden parts,
// which objects are one and the same, the buffer behind a view.

export const cloneable = `
const bytes = (...list) => new Uint8Array(list);
const sparse = (length, entries) => Object.assign(new Array(length), entries);
const pattern = (source, flags, lastIndex) => Object.assign(new RegExp(source, flags), { lastIndex });
function cycle() {
  const one = { name: "one", list: [] };
  const two = { name: "two", back: one };
  one.self = one;
  one.list.push(one, two, one.list);
  one.map = new Map([[one, two], ["map", null]]);
  one.map.set("map", one.map);
  one.set = new Set([one, two]);
  one.set.add(one.set);
  return one;
}
function views() {
  const buffer = Uint8Array.from({ length: 64 }, (_, n) => n).buffer;
  const types = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array];
  return [...types.map((Type) => new Type(buffer, 8, 2)), new DataView(buffer, 3, 5), buffer, new Uint8Array(buffer), new Uint8Array(buffer, 64, 0)];
}
function resizable() {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  return { tracking: new Uint8Array(buffer), fixed: new Uint8Array(buffer, 0, 4), buffer };
}
const deep = (levels) => { let value = null; for (let n = 0; n < levels; n++) value = n % 2 ? { n, value } : [n, value]; return value; };
const values = () => ({
  undefined: undefined, null: null, true: true, false: false,
  integers: [0, 1, -1, 63, 64, -64, -65, 127, 128, 255, 256, 2 ** 29, 2 ** 30 - 1, 2 ** 30, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53)],
  doubles: [-0, 0.1, -1.5, 5e-324, 1.7976931348623157e308, NaN, Infinity, -Infinity],
  "big integers": [0n, 1n, -1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n, 2n ** 64n - 1n, 2n ** 1000n, -(3n ** 500n)],
  texts: ["", "a", "caf\\u00e9", "\\u00ff", "\\u0100", "\\u65e5\\u672c", "\\u{1F600}", "\\0", "a\\ud800b", "\\udc00", "odd\\u0100", "x".repeat(300), "\\u0100".repeat(300)],
  "a long text": "0123456789".repeat(9000), "a long text of two bytes": "\\u20ac".repeat(40000),
  "plain object": { a: 1, "": 2, "\\u65e5": 3, nested: { b: [] } }, "empty object": {},
  "integer names": { 10: "a", 2: "b", z: "c", "-1": "d", "01": "e", 4294967295: "f", 4294967294: "g" },
  "undefined property": { a: undefined }, "__proto__ as a name": JSON.parse('{"__proto__": {"x": 1}, "y": 2}'),
  "null prototype": Object.assign(Object.create(null), { a: 1 }),
  array: [1, "two", [3]], "empty array": [], holes: sparse(5, { 1: "b", 3: undefined }), "only holes": new Array(3),
  "sparse array": sparse(5000, { 7: "x", 4999: "y" }), "huge sparse array": sparse(4294967295, { 5: 1 }),
  "array with properties": Object.assign([1, 2], { x: "y", "-1": 0 }), "many doubles": Array.from({ length: 200 }, (_, n) => n / 3),
  "many integers": Array.from({ length: 1000 }, (_, n) => n * n),
  dates: [new Date(0), new Date(-1), new Date(1234567890123), new Date(8.64e15), new Date(NaN)],
  patterns: [pattern("a", "", 0), pattern("a/b\\\\n[/]", "dgimsuy", 4), pattern("", "g", 0), pattern("\\u65e5", "v", 0)],
  wrappers: [Object(true), Object(false), Object(5), Object(-0), Object("text"), Object("\\u65e5"), Object(""), Object(12n)],
  "wrapper with properties": Object.assign(Object("ab"), { x: 1 }),
  map: new Map([["a", 1], [2, { b: 1 }], [{ k: 1 }, "c"], [NaN, undefined], [null, new Map()]]), "empty map": new Map(),
  set: new Set(["a", 2, { b: 1 }, NaN, undefined, new Set([1])]), "empty set": new Set(),
  "map with properties": Object.assign(new Map([[1, 2]]), { lost: 1 }),
  cycle: cycle(), "array in itself": (() => { const list = []; list.push(list); return list; })(),
  shared: (() => { const one = { n: 1 }, date = new Date(5), text = "same"; return { a: one, b: one, list: [one, date, date, text, text] }; })(),
  "shared wrapper": (() => { const one = Object(1); return [one, one]; })(),
  buffer: bytes(1, 2, 3).buffer, "empty buffer": new ArrayBuffer(0), "large buffer": new Uint8Array(70000).fill(7).buffer,
  "views on one buffer": views(), "view first, buffer after": (() => { const view = bytes(1, 2, 3, 4).subarray(1, 3); return [view, view.buffer]; })(),
  "resizable buffer": resizable(), "view with properties": Object.assign(bytes(1), { lost: 1 }),
  "special doubles in a view": new Float64Array([NaN, -0, Infinity, 5e-324]),
  errors: [new Error("plain"), new TypeError("type"), new RangeError("range"), new SyntaxError("syntax"), new ReferenceError("reference"), new EvalError("eval"), new URIError("uri"), new Error(""), new Error()],
  "error with cause": new Error("outer", { cause: new TypeError("inner", { cause: { reason: [1, 2] } }) }),
  "error with itself as cause": (() => { const error = new Error("a"); error.cause = error; return error; })(),
  "error with properties": Object.assign(new Error("a"), { code: "E", detail: { x: 1 } }),
  "error with a name": Object.assign(new Error("a"), { name: "Custom" }), "error named RangeError": Object.assign(new Error("a"), { name: "RangeError" }),
  "error of a class": new (class Mine extends RangeError {})("mine"), "error without a stack": (() => { const error = new Error("a"); delete error.stack; return error; })(),
  "aggregate error": new AggregateError([new Error("one"), 2], "all"), "exception of the DOM": new DOMException("text", "AbortError"),
  "object of a class": new (class Point { x = 1; #hidden = 2; get y() { return 3; } })(),
  getters: { get a() { return { computed: 1 }; } }, "not enumerable": Object.defineProperty({ a: 1 }, "b", { value: 2 }), "symbols as names": { [Symbol("s")]: 1, a: 2 },
  deep: deep(400), wide: Object.fromEntries(Array.from({ length: 500 }, (_, n) => ["key" + n, n])),
});

function drawn(seed) {
  let state = seed >>> 0;
  const below = (most) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 4294967296) * most); };
  const pick = (list) => list[below(list.length)];
  const made = [];
  const name = () => pick(["a", "b", "length", "0", "17", "4294967295", "\u00e9", "\u65e5", "", "x".repeat(below(200))]);
  const leaf = () => pick([
    () => undefined, () => null, () => below(2) === 0, () => below(2 ** 31), () => -below(2 ** 31), () => below(2 ** 30) / 7, () => NaN, () => -0,
    () => BigInt(below(2 ** 31)) ** BigInt(below(9)) * (below(2) ? -1n : 1n), () => name().repeat(below(4)), () => "\u0100".repeat(below(150)), () => "y".repeat(below(150)),
    () => new Date(below(2 ** 31) * 1000), () => new RegExp(pick(["a", "[/]", "\u65e5"]), pick(["", "g", "iu", "dy"])), () => Object(below(100)), () => Object(name()),
    () => new Uint8Array(below(50)).fill(below(256)).buffer, () => new (pick([Uint8Array, Int16Array, Float64Array, BigInt64Array]))(below(9)),
    () => new (pick([Error, TypeError, RangeError, URIError]))(name()), () => made.length ? pick(made) : null,
  ])();
  const grow = (levels) => {
    if (levels === 0 || below(4) === 0) return leaf();
    const kind = below(6);
    const one = kind === 0 ? [] : kind === 1 ? new Map() : kind === 2 ? new Set() : kind === 3 ? new Array(below(12)) : {};
    made.push(one);
    for (let n = below(7); n > 0; n--) {
      const inner = grow(levels - 1);
      if (kind === 0) one.push(inner);
      else if (kind === 1) one.set(below(3) ? name() : grow(levels - 1), inner);
      else if (kind === 2) one.add(inner);
      else if (kind === 3) one[below(30)] = inner;
      else one[name()] = inner;
    }
    return one;
  };
  return grow(5);
}

function describe(value) {
  const seen = new Map();
  const text = (string) => string.length > 400 ? string.length + " of " + JSON.stringify(string.slice(0, 20)) : JSON.stringify(string);
  const properties = (object, skip = () => false) => Reflect.ownKeys(object).filter((key) => !skip(key)).map((key) => {
    const { enumerable, writable, configurable, get } = Object.getOwnPropertyDescriptor(object, key);
    return (get ? "get " : "") + (enumerable ? "" : "hidden ") + (writable && configurable ? "" : "fixed ") + String(key) + ": " + say(object[key]);
  });
  const say = (one) => {
    if (typeof one === "string") return text(one);
    if (typeof one === "bigint") return one + "n";
    if (typeof one === "number") return Object.is(one, -0) ? "-0" : String(one);
    if (typeof one !== "object" || one === null) return String(one);
    if (seen.has(one)) return "#" + seen.get(one);
    seen.set(one, seen.size);
    const prototype = Object.getPrototypeOf(one);
    const head = "#" + seen.get(one) + " " + (prototype === null ? "null" : prototype.constructor.name) + " ";
    const isIndex = (key) => typeof key === "string" && /^\\d+$/.test(key);
    if (Array.isArray(one)) return head + "length " + one.length + " [" + properties(one, (key) => key === "length").join(", ") + "]";
    if (one instanceof Date) return head + one.getTime();
    if (one instanceof RegExp) return head + one + " at " + one.lastIndex;
    if (one instanceof Map) return head + "{" + Array.from(one, ([key, inner]) => say(key) + " => " + say(inner)).join(", ") + "} " + properties(one);
    if (one instanceof Set) return head + "{" + Array.from(one, say).join(", ") + "} " + properties(one);
    if (one instanceof ArrayBuffer) return head + one.byteLength + "/" + one.maxByteLength + "/" + one.resizable + " " + Array.from(new Uint8Array(one).slice(0, 100)).join(" ");
    if (ArrayBuffer.isView(one)) return head + one.byteOffset + "+" + one.byteLength + " of " + say(one.buffer) + " " + properties(one, isIndex);
    if (one instanceof DOMException) return head + [one.name, one.code, text(one.message)].join(" ");
    if (one instanceof Error) return head + [one.name, text(one.message), "stack", text(String(one.stack))].join(" ") + " {" + properties(one, (key) => ["stack", "line", "column", "sourceURL"].includes(key)).join(", ") + "}";
    if (one instanceof Boolean || one instanceof Number || one instanceof String || one instanceof BigInt) return head + say(one.valueOf()) + " " + properties(one, (key) => isIndex(key) || key === "length");
    return head + "{" + properties(one).join(", ") + "}";
  };
  return say(value);
}
`;
