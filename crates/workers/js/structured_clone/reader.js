// Reads a value in the format of V8.
//
// Promises the value that was written, made of fresh objects, or an Error when the bytes are not one. Runs nothing of the
// program: properties are defined, never set.

const { TAG, ERROR, ERROR_CLASSES, HOST, NATIVE_ERRORS, VERSION, OLDEST, VIEW_FLAGS_SINCE, VIEW_CLASSES } =
  require("structured_clone/format");
const { LENGTH_TRACKING, REGEXP_FLAGS } = require("structured_clone/format");
const { KIND, kindOf } = require("structured_clone/kinds");

const { defineProperty, setPrototypeOf } = Object;
const { isView } = ArrayBuffer;
const { fromCharCode } = String;
const objectPrototype = Object.prototype;
const mapSet = Map.prototype.set;
const setAdd = Set.prototype.add;
const errorClasses = new Map(ERROR_CLASSES.map(([, tag, Class]) => [tag, Class]));

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

// The units of short strings are gathered in arrays of the right length: calling with one makes them a string at once.
const UNITS_MAX = 64;
const units = Array.from({ length: UNITS_MAX + 1 }, (_, length) => new Array(length).fill(0));
const CHUNK = 4096;
// Longer text is made by native code.
const { decode, latin1Decode } = native.encoding ?? {};

// Keys that were read before, by a hash of their bytes: most objects have the keys of the one before.
const KEYS = 512;
const KEY_BYTES_MAX = 32;
const keys = new Array(KEYS).fill("");

// The state of the call in progress. Reading runs no code of the program, so there is only one.
let bytes;
let position;
let version;
let objects;
let transferred;
let shared;
let rpc;
let takesPlatform;

class Malformed extends Error {}

// The value in these bytes. `options`: `transferred` and `shared`, arrays of buffers by number; `rpc`, whose
// `read(type, input)` reads what its counterpart wrote; `takesPlatform`, as it was written.
exports.deserialize = (source, options) => {
  bytes = isView(source) ? source : new Uint8Array(source);
  position = 0;
  objects = [];
  transferred = options?.transferred;
  shared = options?.shared;
  rpc = options?.rpc;
  takesPlatform = options?.takesPlatform === true;
  try {
    if (byte() !== 0xff) throw new Malformed();
    version = varint();
    if (version < OLDEST || version > VERSION) throw new Malformed();
    return read();
  } catch (error) {
    if (error instanceof Malformed) throw new Error("Unable to deserialize cloned data.");
    throw error;
  } finally {
    bytes = objects = transferred = shared = rpc = undefined;
  }
};

function byte() {
  if (position >= bytes.length) throw new Malformed();
  return bytes[position++];
}

function varint() {
  let value = 0;
  let factor = 1;
  for (;;) {
    const next = byte();
    value += (next & 0x7f) * factor;
    if (next < 0x80) return value;
    factor *= 128;
    if (factor > 2 ** 49) throw new Malformed();
  }
}

// Takes so many bytes and returns where they begin.
function take(length) {
  const start = position;
  if (length > bytes.length - start) throw new Malformed();
  position = start + length;
  return start;
}

function readDouble() {
  const start = take(8);
  for (let i = 0; i < 8; i++) doubleBytes[i] = bytes[start + i];
  // A NaN of another kind must not reach the engine.
  const value = double[0];
  return value === value ? value : NaN;
}

function tag() {
  let next;
  do next = byte();
  while (next === TAG.PADDING);
  return next;
}

// Gives the next number to an object.
function begin(object) {
  objects.push(object);
  return object;
}

function read() {
  const value = readTagged(tag());
  // A view comes right after its buffer.
  if (position < bytes.length && bytes[position] === TAG.VIEW && isBuffer(value)) {
    position++;
    return readView(value);
  }
  return value;
}

function readTagged(kind) {
  switch (kind) {
    case TAG.ONE_BYTE_STRING:
      return readOneByteString(varint());
    case TAG.INT: {
      const value = varint();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    case TAG.OBJECT:
      return readObject();
    case TAG.TRUE:
      return true;
    case TAG.FALSE:
      return false;
    case TAG.UNDEFINED:
      return undefined;
    case TAG.NULL:
      return null;
    case TAG.DOUBLE:
      return readDouble();
    case TAG.TWO_BYTE_STRING:
      return readTwoByteString(varint());
    case TAG.DENSE_ARRAY:
      return readDenseArray(varint());
    case TAG.SPARSE_ARRAY:
      return readSparseArray(varint());
    case TAG.REFERENCE: {
      const number = varint();
      if (number >= objects.length) throw new Malformed();
      return objects[number];
    }
    default:
      return readRare(kind);
  }
}

function readRare(kind) {
  switch (kind) {
    case TAG.UINT:
      return varint();
    case TAG.BIGINT:
      return readBigint();
    case TAG.UTF8_STRING:
      return readUtf8(varint());
    case TAG.DATE:
      return begin(new Date(readDouble()));
    case TAG.TRUE_OBJECT:
      return begin(new Boolean(true));
    case TAG.FALSE_OBJECT:
      return begin(new Boolean(false));
    case TAG.NUMBER_OBJECT:
      return begin(new Number(readDouble()));
    case TAG.BIGINT_OBJECT:
      return begin(Object(readBigint()));
    case TAG.STRING_OBJECT:
      return begin(new String(readString()));
    case TAG.REGEXP:
      return begin(readRegexp());
    case TAG.MAP:
      return readMap();
    case TAG.SET:
      return readSet();
    case TAG.BUFFER:
      return begin(readBuffer(varint()));
    case TAG.RESIZABLE_BUFFER:
      return begin(readResizableBuffer(varint(), varint()));
    case TAG.TRANSFERRED_BUFFER:
      return begin(numbered(transferred));
    case TAG.SHARED_BUFFER:
      return begin(numbered(shared));
    case TAG.ERROR:
      return readError();
    case TAG.HOST_OBJECT:
      return readHostObject();
    case TAG.COUNT:
      varint();
      return read();
    default:
      throw new Malformed();
  }
}

function numbered(buffers) {
  const buffer = buffers?.[varint()];
  if (buffer === undefined) throw new Malformed();
  return buffer;
}

function readString() {
  const kind = tag();
  if (kind === TAG.ONE_BYTE_STRING) return readOneByteString(varint());
  if (kind === TAG.TWO_BYTE_STRING) return readTwoByteString(varint());
  if (kind === TAG.UTF8_STRING) return readUtf8(varint());
  throw new Malformed();
}

function readOneByteString(length) {
  let at = take(length);
  if (length <= UNITS_MAX) {
    if (length === 0) return "";
    const gathered = units[length];
    for (let i = 0; i < length; i++) gathered[i] = bytes[at++];
    return fromCharCode.apply(null, gathered);
  }
  return latin1Decode(bytes.subarray(at, position));
}

function readTwoByteString(byteLength) {
  if (byteLength % 2 === 1) throw new Malformed();
  let at = take(byteLength);
  let text = "";
  for (const end = at + byteLength; at < end; ) {
    const count = Math.min(CHUNK, (end - at) / 2);
    const gathered = count <= UNITS_MAX ? units[count] : new Array(count);
    for (let i = 0; i < count; i++, at += 2) gathered[i] = bytes[at] | (bytes[at + 1] << 8);
    text += fromCharCode.apply(null, gathered);
  }
  return text;
}

function readUtf8(length) {
  const start = take(length);
  return decode(bytes.subarray(start, start + length), false, true);
}

// A key is a string or an index. Short keys are looked up, which spares making the string.
function readKey(kind) {
  if (kind !== TAG.ONE_BYTE_STRING) {
    const key = kind === TAG.INT || kind === TAG.TWO_BYTE_STRING ? readTagged(kind) : readRareKey(kind);
    return key;
  }
  const length = varint();
  if (length === 0 || length > KEY_BYTES_MAX) return readOneByteString(length);
  const start = position;
  if (start + length > bytes.length) throw new Malformed();
  const slot =
    (bytes[start] * 31 + bytes[start + (length >> 1)] * 7 + bytes[start + length - 1] + length * 61) & (KEYS - 1);
  const known = keys[slot];
  if (known.length === length) {
    let i = 0;
    while (i < length && known.charCodeAt(i) === bytes[start + i]) i++;
    if (i === length) {
      position = start + length;
      return known;
    }
  }
  return (keys[slot] = readOneByteString(length));
}

function readRareKey(kind) {
  if (kind === TAG.UINT) return varint();
  if (kind === TAG.DOUBLE) return readDouble();
  if (kind === TAG.UTF8_STRING) return readUtf8(varint());
  throw new Malformed();
}

// Reads properties up to the tag that ends them, and checks their number.
function readProperties(object, end) {
  let count = 0;
  for (;;) {
    const kind = tag();
    if (kind === end) break;
    const key = readKey(kind);
    const value = read();
    // The length of an array is no property of its own here: it comes before and after all others.
    if (end !== TAG.OBJECT_END && key === "length") throw new Malformed();
    // What the prototype has might be a setter, or not writable.
    if (key in objectPrototype) {
      defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    } else {
      object[key] = value;
    }
    count++;
  }
  if (varint() !== count) throw new Malformed();
}

function readObject() {
  const object = begin({});
  readProperties(object, TAG.OBJECT_END);
  return object;
}

function readDenseArray(length) {
  // Each element takes a byte at least.
  if (length > bytes.length - position) throw new Malformed();
  const array = begin([]);
  for (let i = 0; i < length; i++) {
    if (bytes[position] === TAG.HOLE) position++;
    else array[i] = read();
  }
  if (array.length !== length) array.length = length;
  readProperties(array, TAG.DENSE_ARRAY_END);
  if (varint() !== length) throw new Malformed();
  return array;
}

function readSparseArray(length) {
  if (length > 0xffffffff) throw new Malformed();
  const array = begin([]);
  array.length = length;
  readProperties(array, TAG.SPARSE_ARRAY_END);
  if (varint() !== length) throw new Malformed();
  return array;
}

function readMap() {
  const map = begin(new Map());
  let count = 0;
  for (; bytes[position] !== TAG.MAP_END; count += 2) mapSet.call(map, read(), read());
  position++;
  if (varint() !== count) throw new Malformed();
  return map;
}

function readSet() {
  const set = begin(new Set());
  let count = 0;
  for (; bytes[position] !== TAG.SET_END; count++) setAdd.call(set, read());
  position++;
  if (varint() !== count) throw new Malformed();
  return set;
}

function readBigint() {
  const head = varint();
  const length = Math.floor(head / 2);
  const start = take(length);
  let digits = "";
  for (let i = length - 1; i >= 0; i--) digits += (bytes[start + i] + 256).toString(16).slice(1);
  const value = digits === "" ? 0n : possible(() => BigInt(`0x${digits}`));
  return head % 2 === 1 ? -value : value;
}

function readRegexp() {
  const source = readString();
  const bits = varint();
  let flags = "";
  for (const [flag, bit] of REGEXP_FLAGS) if (bits & bit) flags += flag;
  return possible(() => new RegExp(source, flags));
}

// What `make` gives. When the engine refuses to make it, it is not what was written.
function possible(make) {
  try {
    return make();
  } catch {
    throw new Malformed();
  }
}

function readBuffer(length) {
  const start = take(length);
  const content = new Uint8Array(length);
  content.set(bytes.subarray(start, position));
  return content.buffer;
}

function readResizableBuffer(length, maxByteLength) {
  const start = take(length);
  if (maxByteLength < length) throw new Malformed();
  const buffer = possible(() => new ArrayBuffer(length, { maxByteLength }));
  new Uint8Array(buffer).set(bytes.subarray(start, position));
  return buffer;
}

function isBuffer(value) {
  if (value === null || typeof value !== "object") return false;
  const kind = kindOf(value);
  return kind === KIND.BUFFER || kind === KIND.SHARED_BUFFER;
}

function readView(buffer) {
  const Class = VIEW_CLASSES.get(byte());
  const offset = varint();
  const byteLength = varint();
  const flags = version >= VIEW_FLAGS_SINCE ? varint() : 0;
  if (Class === undefined) throw new Malformed();
  const unit = Class === DataView ? 1 : Class.BYTES_PER_ELEMENT;
  if (byteLength % unit !== 0) throw new Malformed();
  const length = flags & LENGTH_TRACKING ? undefined : byteLength / unit;
  return begin(possible(() => new Class(buffer, offset, length)));
}

function hide(object, key, value) {
  defineProperty(object, key, { value, writable: true, enumerable: false, configurable: true });
}

function readError() {
  // The error is numbered before its parts, which may refer to it, are read.
  const error = begin(new Error());
  let part = byte();
  const Class = errorClasses.get(part);
  if (Class !== undefined) {
    setPrototypeOf(error, Class.prototype);
    part = byte();
  }
  let stack;
  for (; part !== ERROR.END; part = byte()) {
    if (part === ERROR.MESSAGE) hide(error, "message", readString());
    else if (part === ERROR.STACK) stack = readString();
    else if (part === ERROR.CAUSE) hide(error, "cause", read());
    else throw new Malformed();
  }
  hide(error, "stack", stack);
  return error;
}

function readHostObject() {
  const type = varint();
  if (type === HOST.NATIVE_ERROR) return readNativeError();
  if (type === HOST.DOM_EXCEPTION) return readDomException();
  if (rpc === undefined && !takesPlatform) throw new Malformed();
  const place = objects.push(undefined) - 1;
  const value = rpc === undefined ? require("rpc/platform").readData(type, input) : rpc.read(type, input);
  if (value === undefined) throw new Malformed();
  objects[place] = value;
  return value;
}

// The means of `rpc.read`.
const input = { varint, value: read };

function readNativeError() {
  const number = objects.push(undefined) - 1;
  const Class = NATIVE_ERRORS[varint()];
  const name = Class === undefined ? read() : undefined;
  const message = read();
  if (typeof message !== "string") {
    const { DOMException } = require("dom_exception");
    throw new DOMException("Deserialization failed: error message is not a string", "DataCloneError");
  }
  const error = Class === AggregateError ? new Class([], message) : new (Class ?? Error)(message);
  objects[number] = error;
  // All of it can be seen among the keys, as on the platform.
  const show = (key, value) => defineProperty(error, key, { value, writable: true, enumerable: true, configurable: true });
  if (Class === undefined) show("name", name);
  const own = read();
  if (own === null || typeof own !== "object") throw new Malformed();
  for (const key of Object.keys(own)) {
    // They were read already.
    if (key === "name" || key === "message") throw new Malformed();
    show(key, own[key]);
  }
  if (own.stack === undefined) require("stack").settle(error);
  return error;
}

function readDomException() {
  const { DOMException } = require("dom_exception");
  const [name, message, stack] = [readUtf8(varint()), readUtf8(varint()), readUtf8(varint())];
  const error = begin(new DOMException(message, name));
  hide(error, "stack", stack);
  return error;
}

