// The serialization format of V8, version 15: the bytes in which values are stored and sent.
//
//   FF 0F value
//
// A value is a tag and what belongs to it. Numbers without a sign are written in groups of seven bits, lowest first
// ("varint"). Objects are numbered in the order in which they begin, and one that comes again is `^` and its number.
// A view comes right after its buffer.

const code = (character) => character.charCodeAt(0);
const codes = (characters) => {
  for (const name in characters) characters[name] = code(characters[name]);
  return characters;
};

exports.VERSION = 15;
// Older data differs in views only: they have no flags before 14.
exports.OLDEST = 13;
exports.VIEW_FLAGS_SINCE = 14;

exports.TAG = codes({
  PADDING: "\0",
  COUNT: "?",
  HOLE: "-",
  UNDEFINED: "_",
  NULL: "0",
  TRUE: "T",
  FALSE: "F",
  INT: "I",
  UINT: "U",
  DOUBLE: "N",
  BIGINT: "Z",
  UTF8_STRING: "S",
  ONE_BYTE_STRING: '"',
  TWO_BYTE_STRING: "c",
  REFERENCE: "^",
  OBJECT: "o",
  OBJECT_END: "{",
  SPARSE_ARRAY: "a",
  SPARSE_ARRAY_END: "@",
  DENSE_ARRAY: "A",
  DENSE_ARRAY_END: "$",
  DATE: "D",
  TRUE_OBJECT: "y",
  FALSE_OBJECT: "x",
  NUMBER_OBJECT: "n",
  BIGINT_OBJECT: "z",
  STRING_OBJECT: "s",
  REGEXP: "R",
  MAP: ";",
  MAP_END: ":",
  SET: "'",
  SET_END: ",",
  BUFFER: "B",
  RESIZABLE_BUFFER: "~",
  TRANSFERRED_BUFFER: "t",
  SHARED_BUFFER: "u",
  VIEW: "V",
  ERROR: "r",
  HOST_OBJECT: "\\",
});

// The parts of an error, ended by END. An error without a class is a plain `Error`.
exports.ERROR = codes({ MESSAGE: "m", CAUSE: "c", STACK: "s", END: "." });
exports.ERROR_CLASSES = [
  ["EvalError", code("E"), EvalError],
  ["RangeError", code("R"), RangeError],
  ["ReferenceError", code("F"), ReferenceError],
  ["SyntaxError", code("S"), SyntaxError],
  ["TypeError", code("T"), TypeError],
  ["URIError", code("U"), URIError],
];

// What the Workers platform writes as host objects, by number.
exports.HOST = {
  RPC_STUB: 1,
  WRITABLE_STREAM: 2,
  READABLE_STREAM: 3,
  HEADERS: 4,
  REQUEST: 5,
  RESPONSE: 6,
  DOM_EXCEPTION: 8,
  ABORT_SIGNAL: 9,
  NATIVE_ERROR: 10,
  SERVICE_STUB: 11,
  BLOB: 15,
  // Ours: an object's stub is no channel here but an address.
  OBJECT_STUB: 100,
};
// The classes of a native error by number; 0 stands for any other, whose name follows.
exports.NATIVE_ERRORS = [
  undefined,
  Error,
  TypeError,
  RangeError,
  ReferenceError,
  SyntaxError,
  WebAssembly.CompileError,
  WebAssembly.LinkError,
  WebAssembly.RuntimeError,
  undefined,
  EvalError,
  URIError,
  AggregateError,
];

// Views: class name, tag, class.
const viewClasses = [
  ["Int8Array", "b"],
  ["Uint8Array", "B"],
  ["Uint8ClampedArray", "C"],
  ["Int16Array", "w"],
  ["Uint16Array", "W"],
  ["Int32Array", "d"],
  ["Uint32Array", "D"],
  ["Float16Array", "h"],
  ["Float32Array", "f"],
  ["Float64Array", "F"],
  ["BigInt64Array", "q"],
  ["BigUint64Array", "Q"],
  ["DataView", "?"],
];
exports.VIEW_TAGS = { __proto__: null };
exports.VIEW_CLASSES = new Map();
for (const [name, tag] of viewClasses) {
  if (globalThis[name] === undefined) continue;
  exports.VIEW_TAGS[name] = code(tag);
  exports.VIEW_CLASSES.set(code(tag), globalThis[name]);
}

// Flags of a view.
exports.LENGTH_TRACKING = 1;
exports.BUFFER_RESIZABLE = 2;

// Flags of a regular expression, by bit.
exports.REGEXP_FLAGS = [
  ["g", 1],
  ["i", 2],
  ["m", 4],
  ["y", 8],
  ["u", 16],
  ["s", 32],
  ["d", 128],
  ["v", 256],
];
