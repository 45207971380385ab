// Writes a value in the format of V8.
//
// Promises the bytes that the Workers platform writes for it, or the error it throws. Getters of the program run, and may
// serialize something themselves; nothing else of the program does.
//
// One buffer serves all calls and grows as needed. While it is in use by an outer call, an inner one takes another.

const { TAG, ERROR, ERROR_CLASSES, HOST, NATIVE_ERRORS, VERSION, VIEW_TAGS, REGEXP_FLAGS } =
  require("structured_clone/format");
const { LENGTH_TRACKING, BUFFER_RESIZABLE } = require("structured_clone/format");
const { KIND, kindOf } = require("structured_clone/kinds");
const { notCloneable, notSerializable, detached } = require("structured_clone/describe");
const { stackOf } = require("stack");

const { keys: keysOf, hasOwn, is, getOwnPropertyNames, getOwnPropertyDescriptor, getPrototypeOf } = Object;
const getter = (prototype, name) => getOwnPropertyDescriptor(prototype, name)?.get;
const { getTime } = Date.prototype;
const sourceOf = getter(RegExp.prototype, "source");
const flagsOf = getter(RegExp.prototype, "flags");
const mapForEach = Map.prototype.forEach;
const mapSize = getter(Map.prototype, "size");
const setForEach = Set.prototype.forEach;
const setSize = getter(Set.prototype, "size");
const booleanOf = Boolean.prototype.valueOf;
const numberOf = Number.prototype.valueOf;
const bigintOf = BigInt.prototype.valueOf;
const stringOf = String.prototype.valueOf;
const asUint = BigInt.asUintN;
const buffer = ArrayBuffer.prototype;
const byteLengthOf = getter(buffer, "byteLength");
const maxByteLengthOf = getter(buffer, "maxByteLength");
const resizableOf = getter(buffer, "resizable");
const detachedOf = getter(buffer, "detached");
const { resize } = buffer;
const objectPrototype = Object.prototype;
const typedArray = getPrototypeOf(Uint8Array.prototype);
const viewName = getter(typedArray, Symbol.toStringTag);
const viewParts = (prototype) => ["buffer", "byteOffset", "byteLength"].map((name) => getter(prototype, name));
const [arrayBufferOf, arrayOffsetOf, arrayLengthOf] = viewParts(typedArray);
const [dataBufferOf, dataOffsetOf, dataLengthOf] = viewParts(DataView.prototype);
const { slice } = Uint8Array.prototype;
const regexpFlagBits = new Map(REGEXP_FLAGS);
const errorClassTags = new Map(ERROR_CLASSES);
const nativeErrorNumbers = new Map();
NATIVE_ERRORS.forEach((Class, number) => Class !== undefined && nativeErrorNumbers.set(Class.name, number));

const KEPT_BYTES_MAX = 1 << 20;
// So many objects are found by looking through a list; beyond that there is a table.
const LISTED_MAX = 12;
// Integers of 31 bits: what V8 keeps without a box where the platform runs it.
const INT_MAX = 2 ** 30 - 1;
const INT_MIN = -(2 ** 30);

const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

// The state of the call in progress.
let bytes = new Uint8Array(4096);
let position = 0;
let seenCount = 0;
let seen = new Array(LISTED_MAX).fill(undefined);
let seenTable = null;
let transfers = null;
let shared = null;
// Writes what only a method call can pass on: see rpc/pack.
let rpc = null;
// Whether errors take the places where they were made along: those that go to others do not.
let keepsStacks = true;
// Whether objects of the platform that are nothing but data are written.
let takesPlatform = false;
let busy = false;

// The bytes of a value. `options`: `transfer`, a Map from buffers that are not copied to their numbers; `shared`, an
// array that collects shared buffers; without it, they cannot be cloned. `rpc`: its `write(value, kind)` is given what the
// format has no bytes for, and writes through `out`. `dropsStacks`: errors come without their stacks, as with `rpc`.
// `takesPlatform`: Headers and the like are written too, in a form that is read again with the same option.
exports.serialize = (value, options) => {
  const outer = busy ? { bytes, position, seenCount, seen, seenTable, transfers, shared, rpc, keepsStacks, takesPlatform } : null;
  if (outer !== null) {
    bytes = new Uint8Array(256);
    seen = new Array(LISTED_MAX).fill(undefined);
  }
  busy = true;
  position = 2;
  seenCount = 0;
  seenTable = null;
  transfers = options?.transfer ?? null;
  shared = options?.shared ?? null;
  rpc = options?.rpc ?? null;
  takesPlatform = options?.takesPlatform === true;
  keepsStacks = rpc === null && options?.dropsStacks !== true;
  bytes[0] = 0xff;
  bytes[1] = VERSION;
  try {
    write(value);
    return result();
  } finally {
    if (outer !== null) {
      ({ bytes, position, seenCount, seen, seenTable, transfers, shared, rpc, keepsStacks, takesPlatform } = outer);
    } else {
      busy = false;
      for (let i = Math.min(seenCount, LISTED_MAX) - 1; i >= 0; i--) seen[i] = undefined;
      seenTable = transfers = shared = rpc = null;
      if (bytes.length > KEPT_BYTES_MAX) bytes = new Uint8Array(4096);
    }
  }
};

// A copy of what was written; what is long is not copied again, for it has a buffer of its own. For short pieces `slice`
// is the faster of the two.
function result() {
  if (position <= 256) return slice.call(bytes, 0, position);
  if (bytes.length > KEPT_BYTES_MAX) return bytes.subarray(0, position);
  const copy = new Uint8Array(position);
  copy.set(bytes.subarray(0, position));
  return copy;
}

function grow(needed) {
  // A long piece is most of the value: there is room for what follows it, and no more.
  const grown = bytes.length < KEPT_BYTES_MAX ? bytes.length * 2 : Math.ceil(bytes.length * 1.25);
  const larger = new Uint8Array(Math.max(grown, position + needed + 256));
  larger.set(bytes);
  bytes = larger;
}

function writeByte(byte) {
  if (position === bytes.length) grow(1);
  bytes[position++] = byte;
}

// Up to 2 ** 53, though everything that is counted here is far smaller.
function writeVarint(value) {
  if (position + 8 > bytes.length) grow(8);
  while (value >= 0x80) {
    bytes[position++] = (value & 0x7f) | 0x80;
    value = value < 0x80000000 ? value >>> 7 : Math.floor(value / 128);
  }
  bytes[position++] = value;
}

function writeDouble(value) {
  if (position + 8 > bytes.length) grow(8);
  double[0] = value;
  for (let i = 0; i < 8; i++) bytes[position++] = doubleBytes[i];
}

function writeRaw(source) {
  if (position + source.length > bytes.length) grow(source.length);
  bytes.set(source, position);
  position += source.length;
}

function write(value) {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "number":
      return writeNumber(value);
    case "object":
      return value === null ? writeByte(TAG.NULL) : writeObject(value);
    case "boolean":
      return writeByte(value ? TAG.TRUE : TAG.FALSE);
    case "undefined":
      return writeByte(TAG.UNDEFINED);
    case "bigint":
      writeByte(TAG.BIGINT);
      return writeBigint(value);
    default:
      if (rpc === null || typeof value !== "function") throw notCloneable(value);
      return writeExternal(value, KIND.OPAQUE);
  }
}

// What only a method call can pass on. Functions are numbered like objects.
function writeExternal(value, kind) {
  if (typeof value === "function") {
    const number = numberOfObject(value);
    if (number >= 0) {
      writeByte(TAG.REFERENCE);
      return writeVarint(number);
    }
  }
  return rpc.write(value, kind);
}

// The means of `rpc.write`.
exports.out = {
  host(type) {
    writeByte(TAG.HOST_OBJECT);
    writeVarint(type);
  },
  varint: writeVarint,
  value: write,
};

function writeNumber(value) {
  if (value >= INT_MIN && value <= INT_MAX && (value | 0) === value && !is(value, -0)) {
    writeByte(TAG.INT);
    writeVarint(((value << 1) ^ (value >> 31)) >>> 0);
  } else {
    writeByte(TAG.DOUBLE);
    writeDouble(value);
  }
}

function writeBigint(value) {
  const isNegative = value < 0n;
  let rest = isNegative ? -value : value;
  const words = [];
  for (; rest > 0n; rest >>= 64n) words.push(asUint(64, rest));
  writeVarint(words.length * 16 + (isNegative ? 1 : 0));
  writeRaw(new Uint8Array(new BigUint64Array(words).buffer));
}

function writeString(text) {
  const { length } = text;
  if (position + length + 12 > bytes.length) grow(length + 12);
  const start = position;
  bytes[position++] = TAG.ONE_BYTE_STRING;
  if (length < 0x80) bytes[position++] = length;
  else writeVarint(length);
  const target = bytes;
  let at = position;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) {
      position = start;
      return writeTwoByteString(text);
    }
    target[at++] = unit;
  }
  position = at;
}

function varintLength(value) {
  let length = 1;
  for (; value >= 0x80; value /= 128) length++;
  return length;
}

function writeTwoByteString(text) {
  const byteLength = text.length * 2;
  if (position + byteLength + 12 > bytes.length) grow(byteLength + 12);
  // Readers expect the units at an even place.
  if ((position + 1 + varintLength(byteLength)) % 2 === 1) bytes[position++] = TAG.PADDING;
  bytes[position++] = TAG.TWO_BYTE_STRING;
  writeVarint(byteLength);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[position++] = unit & 0xff;
    bytes[position++] = unit >> 8;
  }
}

// The number of an object that was begun before, or -1 when it is new; then it gets the next.
function numberOfObject(object) {
  if (seenTable !== null) {
    const number = seenTable.get(object);
    if (number !== undefined) return number;
    seenTable.set(object, seenCount++);
    return -1;
  }
  for (let i = 0; i < seenCount; i++) if (seen[i] === object) return i;
  if (seenCount < LISTED_MAX) {
    seen[seenCount++] = object;
    return -1;
  }
  seenTable = ownMap();
  for (let i = 0; i < seenCount; i++) seenTable.set(seen[i], i);
  seenTable.set(object, seenCount++);
  return -1;
}

const { get, set } = Map.prototype;
// A map that a program's changes to Map.prototype do not reach.
function ownMap() {
  const map = new Map();
  map.get = get;
  map.set = set;
  return map;
}

function wasSeen(object) {
  if (seenTable !== null) return seenTable.get(object) !== undefined;
  for (let i = 0; i < seenCount; i++) if (seen[i] === object) return true;
  return false;
}

function writeObject(object) {
  const kind = kindOf(object);
  if (kind === KIND.VIEW && !wasSeen(object)) writeObject(bufferOfView(object));
  const number = numberOfObject(object);
  if (number >= 0) {
    writeByte(TAG.REFERENCE);
    return writeVarint(number);
  }
  if (kind === KIND.PLAIN) {
    // A method call refuses what a copy would strip of its class.
    if (rpc !== null) {
      if (object === globalThis) throw notCloneable(object);
      if (getPrototypeOf(object) !== objectPrototype) throw notSerializable(object);
    }
    return writePlain(object);
  }
  if (kind === KIND.ARRAY) return writeArray(object);
  return writeSpecial(object, kind);
}

function writeSpecial(object, kind) {
  switch (kind) {
    case KIND.DATE:
      writeByte(TAG.DATE);
      return writeDouble(getTime.call(object));
    case KIND.REGEXP:
      return writeRegexp(object);
    case KIND.BOOLEAN:
      return writeByte(booleanOf.call(object) ? TAG.TRUE_OBJECT : TAG.FALSE_OBJECT);
    case KIND.NUMBER:
      writeByte(TAG.NUMBER_OBJECT);
      return writeDouble(numberOf.call(object));
    case KIND.BIGINT:
      writeByte(TAG.BIGINT_OBJECT);
      return writeBigint(bigintOf.call(object));
    case KIND.STRING:
      writeByte(TAG.STRING_OBJECT);
      return writeString(stringOf.call(object));
    case KIND.MAP:
      return writeMap(object);
    case KIND.SET:
      return writeSet(object);
    case KIND.BUFFER:
      return writeBuffer(object);
    case KIND.SHARED_BUFFER:
      return writeSharedBuffer(object);
    case KIND.VIEW:
      return writeView(object);
    case KIND.ERROR:
      return require("flags").enhanced_error_serialization ? writeNativeError(object) : writeError(object);
    case KIND.DOM_EXCEPTION:
      return writeDomException(object);
    case KIND.INTERFACE:
      if (rpc !== null) return writeExternal(object, kind);
      if (takesPlatform && require("rpc/platform").writeData(object, exports.out)) return;
      throw notSerializable(object);
    case KIND.PROXY:
      if (rpc !== null) return writeExternal(object, kind);
      throw notCloneable(object);
    default:
      throw notCloneable(object);
  }
}

function writePlain(object) {
  writeByte(TAG.OBJECT);
  const count = writeProperties(object, keysOf(object), 0);
  writeByte(TAG.OBJECT_END);
  writeVarint(count);
}

// Writes the properties that are still there when their turn comes, and says how many.
function writeProperties(object, keys, from) {
  let count = 0;
  for (let i = from; i < keys.length; i++) {
    const key = keys[i];
    const value = object[key];
    if (value === undefined && !hasOwn(object, key)) continue;
    writeKey(key);
    write(value);
    count++;
  }
  return count;
}

function writeKey(key) {
  const first = key.charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    const index = +key;
    if (index < 4294967295 && `${index}` === key && Math.floor(index) === index) return writeNumber(index);
  }
  writeString(key);
}

function writeArray(array) {
  const { length } = array;
  let isDense = true;
  for (let i = 0; i < length; i++) {
    if (array[i] === undefined && !hasOwn(array, i)) {
      isDense = false;
      break;
    }
  }
  // Indices come first among the keys.
  const keys = keysOf(array);
  writeByte(isDense ? TAG.DENSE_ARRAY : TAG.SPARSE_ARRAY);
  writeVarint(length);
  let count;
  if (isDense) {
    for (let i = 0; i < length; i++) {
      const value = array[i];
      if (value === undefined && !hasOwn(array, i)) writeByte(TAG.HOLE);
      else write(value);
    }
    count = keys.length === length ? 0 : writeProperties(array, keys, length);
  } else {
    count = writeProperties(array, keys, 0);
  }
  writeByte(isDense ? TAG.DENSE_ARRAY_END : TAG.SPARSE_ARRAY_END);
  writeVarint(count);
  writeVarint(length);
}

function writeRegexp(regexp) {
  writeByte(TAG.REGEXP);
  writeString(sourceOf.call(regexp));
  let bits = 0;
  for (const flag of flagsOf.call(regexp)) bits |= regexpFlagBits.get(flag) ?? 0;
  writeVarint(bits);
}

// Entries are copied first: writing one may run a getter that changes the map.
function writeMap(map) {
  const entries = new Array(mapSize.call(map) * 2);
  let count = 0;
  mapForEach.call(map, (value, key) => {
    entries[count++] = key;
    entries[count++] = value;
  });
  writeByte(TAG.MAP);
  for (let i = 0; i < count; i++) write(entries[i]);
  writeByte(TAG.MAP_END);
  writeVarint(count);
}

function writeSet(set) {
  const entries = new Array(setSize.call(set));
  let count = 0;
  setForEach.call(set, (value) => {
    entries[count++] = value;
  });
  writeByte(TAG.SET);
  for (let i = 0; i < count; i++) write(entries[i]);
  writeByte(TAG.SET_END);
  writeVarint(count);
}

function writeBuffer(object) {
  const number = transfers?.get(object);
  if (number !== undefined) {
    writeByte(TAG.TRANSFERRED_BUFFER);
    return writeVarint(number);
  }
  if (detachedOf.call(object)) throw detached();
  const length = byteLengthOf.call(object);
  const isResizable = resizableOf.call(object);
  writeByte(isResizable ? TAG.RESIZABLE_BUFFER : TAG.BUFFER);
  writeVarint(length);
  if (isResizable) writeVarint(maxByteLengthOf.call(object));
  writeRaw(new Uint8Array(object, 0, length));
}

function writeSharedBuffer(object) {
  if (shared === null) throw notCloneable(object);
  let number = shared.indexOf(object);
  if (number < 0) number = shared.push(object) - 1;
  writeByte(TAG.SHARED_BUFFER);
  writeVarint(number);
}

function bufferOfView(view) {
  return viewName.call(view) === undefined ? dataBufferOf.call(view) : arrayBufferOf.call(view);
}

function writeView(view) {
  const name = viewName.call(view);
  const isData = name === undefined;
  const target = bufferOfView(view);
  const lengthOf = isData ? dataLengthOf : arrayLengthOf;
  writeByte(TAG.VIEW);
  writeByte(VIEW_TAGS[isData ? "DataView" : name]);
  writeVarint((isData ? dataOffsetOf : arrayOffsetOf).call(view));
  // Only buffers that are not shared are asked: a shared one fails the getter's own check.
  const isResizable = kindOf(target) === KIND.BUFFER && resizableOf.call(target);
  const isTracking = isResizable && tracksLength(view, target, lengthOf);
  writeVarint(isTracking ? 0 : lengthOf.call(view));
  writeVarint((isTracking ? LENGTH_TRACKING : 0) | (isResizable ? BUFFER_RESIZABLE : 0));
}

// Whether a view grows with its buffer. The language does not say, so the buffer is resized and put back.
function tracksLength(view, target, lengthOf) {
  const size = byteLengthOf.call(target);
  const before = lengthOf.call(view);
  const max = maxByteLengthOf.call(target);
  const unit = 8;
  if (size + unit <= max) {
    resize.call(target, size + unit);
    const isTracking = lengthOf.call(view) !== before;
    resize.call(target, size);
    return isTracking;
  }
  if (before === 0) return false;
  const content = slice.call(new Uint8Array(target), 0);
  // One element fewer: a view of fixed length would then reach past the end, and its length reads as 0.
  const rest = size - Math.min(unit, before);
  resize.call(target, rest);
  let isTracking = false;
  try {
    isTracking = lengthOf.call(view) > 0 || (before <= unit && isEmptyInBounds(view));
  } catch {
    // A DataView out of bounds throws.
  }
  resize.call(target, size);
  new Uint8Array(target).set(content);
  return isTracking;
}

function isEmptyInBounds(view) {
  return viewName.call(view) !== undefined && arrayOffsetOf.call(view) > 0;
}

// The stack in the form people know, unless the program put a text of its own there.
function stackText(error) {
  const { stack } = error;
  return typeof stack === "string" && stack !== "" && !stack.includes("@") ? stack : stackOf(error);
}

function writeError(error) {
  writeByte(TAG.ERROR);
  const className = errorClassTags.get(error.name);
  if (className !== undefined) writeByte(className);
  const message = getOwnPropertyDescriptor(error, "message");
  if (message !== undefined && "value" in message) {
    writeByte(ERROR.MESSAGE);
    writeString(`${message.value}`);
  }
  const stack = stackText(error);
  if (typeof stack === "string") {
    writeByte(ERROR.STACK);
    writeString(stack);
  }
  const cause = getOwnPropertyDescriptor(error, "cause");
  if (cause !== undefined && "value" in cause) {
    writeByte(ERROR.CAUSE);
    write(cause.value);
  }
  writeByte(ERROR.END);
}

// With the flag `enhanced_error_serialization`, own properties and other names are kept.
function writeNativeError(error) {
  const { name } = error;
  const number = nativeErrorNumbers.get(name) ?? 0;
  writeByte(TAG.HOST_OBJECT);
  writeVarint(HOST.NATIVE_ERROR);
  writeVarint(number);
  if (number === 0) write(name);
  write(error.message);
  const own = { __proto__: null };
  if (keepsStacks && hasOwn(error, "stack")) own.stack = stackText(error);
  for (const key of getOwnPropertyNames(error)) {
    if (key === "name" || key === "message" || key === "stack" || isPlace(error, key)) continue;
    own[key] = error[key];
  }
  numberOfObject(own);
  writePlain(own);
}

// The engine's own notes on where an error was made. Elsewhere they do not exist.
function isPlace(error, key) {
  if (key !== "line" && key !== "column" && key !== "sourceURL") return false;
  return getOwnPropertyDescriptor(error, key)?.enumerable === false;
}

function writeDomException(error) {
  writeByte(TAG.HOST_OBJECT);
  writeVarint(HOST.DOM_EXCEPTION);
  const stack = stackText(error);
  for (const text of [error.name, error.message, typeof stack === "string" ? stack : ""]) writeUtf8(`${text}`);
}

function writeUtf8(text) {
  const encoded = [];
  for (const character of text.toWellFormed()) {
    const point = character.codePointAt(0);
    if (point < 0x80) encoded.push(point);
    else if (point < 0x800) encoded.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else {
      if (point < 0x10000) encoded.push(0xe0 | (point >> 12));
      else encoded.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63));
      encoded.push(0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  writeVarint(encoded.length);
  writeRaw(encoded);
}
