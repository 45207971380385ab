// crypto: random values and identifiers; the rest is in crypto/subtle.js. Source: Web Cryptography 10, workers-api.md 9.

const { defineInterface, illegalInvocation, illegalConstructor, wrongParameter } = require("interface");

const { random } = native.crypto;
const RUNTIME = Symbol("runtime");

const QUOTA_BYTES = 65536;
// Random bytes are fetched in blocks; the used ones are wiped.
const POOL_BYTES = 2048;
// Requests up to this size are served from the block.
const SHORT_BYTES = 64;

const INTEGER_VIEWS = new Set([
  "Int8Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
]);
const isIntegerView = Set.prototype.has.bind(INTEGER_VIEWS);
const { prototype } = Object.getPrototypeOf(Uint8Array);
const viewName = Function.prototype.call.bind(
  Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag).get,
);

let pool;
let used = POOL_BYTES;

// Where the next random bytes stand in `pool`; whoever takes them wipes them.
function take(length) {
  if (used + length > POOL_BYTES) {
    pool = random(POOL_BYTES);
    used = 0;
  }
  const at = used;
  used += length;
  return at;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function uuid() {
  const at = take(16);
  const b = pool;
  const text =
    `${HEX[b[at]]}${HEX[b[at + 1]]}${HEX[b[at + 2]]}${HEX[b[at + 3]]}-${HEX[b[at + 4]]}${HEX[b[at + 5]]}-` +
    `${HEX[(b[at + 6] & 0x0f) | 0x40]}${HEX[b[at + 7]]}-${HEX[(b[at + 8] & 0x3f) | 0x80]}${HEX[b[at + 9]]}-` +
    `${HEX[b[at + 10]]}${HEX[b[at + 11]]}${HEX[b[at + 12]]}${HEX[b[at + 13]]}${HEX[b[at + 14]]}${HEX[b[at + 15]]}`;
  b.fill(0, at, at + 16);
  return text;
}

function fill(bytes) {
  const { length } = bytes;
  if (length > SHORT_BYTES) {
    bytes.set(random(length));
    return;
  }
  const at = take(length);
  for (let index = 0; index < length; index++) {
    bytes[index] = pool[at + index];
    pool[at + index] = 0;
  }
}

class Crypto {
  #brand;

  constructor(token) {
    if (token !== RUNTIME) throw illegalConstructor();
  }

  get subtle() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return require("crypto/subtle").subtle;
  }

  getRandomValues(view) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    if (!ArrayBuffer.isView(view)) throw wrongParameter("getRandomValues", "Crypto", 1, "ArrayBufferView");
    if (!isIntegerView(viewName(view))) {
      refuse("ArrayBufferView argument to getRandomValues() must be an integer-typed view.", "TypeMismatchError");
    }
    const { byteLength } = view;
    if (byteLength > QUOTA_BYTES) {
      refuse(
        `getRandomValues() only accepts buffers of size <= 64K but provided ${byteLength} bytes.`,
        "QuotaExceededError",
      );
    }
    fill(view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, byteLength));
    return view;
  }

  randomUUID() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return uuid();
  }

  get DigestStream() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return require("crypto/digest_stream").DigestStream;
  }
}
defineInterface(Crypto);

function refuse(message, name) {
  const { DOMException } = require("dom_exception");
  throw new DOMException(message, name);
}

exports.Crypto = Crypto;
exports.crypto = new Crypto(RUNTIME);
