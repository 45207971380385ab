// PBKDF2 and HKDF: bits and keys from a password or a secret. Source: Web Cryptography 32 and 33.

const { hmac, pbkdf2 } = native.crypto;
const { fail, field, hashName, bytesOf, isBufferSource, usagesOf } = require("crypto/algorithm");
const { makeSecretKey } = require("crypto/key");

const USAGES = ["deriveKey", "deriveBits"];

function importKey(name, format, data, extractable, usages) {
  const allowed = usagesOf(usages, USAGES, name, "import");
  if (extractable) fail(`${name} key cannot be extractable.`, "SyntaxError");
  if (format !== "raw") {
    const end = name === "PBKDF2" ? "." : "";
    fail(`${name} key must be imported in "raw" format (requested "${format}")${end}`, "NotSupportedError");
  }
  return makeSecretKey(data, { name }, false, allowed);
}

function bufferField(algorithm, name) {
  const value = field(algorithm, name);
  if (isBufferSource(value)) return bytesOf(value);
  throw new TypeError(
    `Incorrect type for the '${name}' field on 'DeriveKeyAlgorithm': the provided value is not of type 'BufferSource'.`,
  );
}

// The number of bytes in a length of bits.
function bytesIn(length, name) {
  if (length === null || length === undefined) {
    fail(`${name} cannot derive a key with null length.`, "OperationError");
  }
  const bits = Number(length) >>> 0;
  if (bits % 8 !== 0) {
    fail(`${name} requires a derived key length that is a multiple of eight (requested ${bits}).`, "OperationError");
  }
  return bits / 8;
}

exports.pbkdf2 = {
  importKey: (format, data, algorithm, extractable, usages) =>
    importKey("PBKDF2", format, data, extractable, usages),

  deriveBits(secret, algorithm, length) {
    const hash = hashName(field(algorithm, "hash"));
    const salt = bufferField(algorithm, "salt");
    const iterations = Number(field(algorithm, "iterations")) >>> 0;
    const bytes = bytesIn(length, "PBKDF2");
    if (iterations === 0) fail("PBKDF2 requires a positive iteration count (requested 0).", "OperationError");
    return pbkdf2(hash, secret.bytes, salt, iterations, bytes);
  },
};

exports.hkdf = {
  importKey: (format, data, algorithm, extractable, usages) => importKey("HKDF", format, data, extractable, usages),

  deriveBits(secret, algorithm, length) {
    const hash = hashName(field(algorithm, "hash"));
    const salt = bufferField(algorithm, "salt");
    const info = bufferField(algorithm, "info");
    const bytes = bytesIn(length, "HKDF");
    const key = hmac(hash, salt, secret.bytes);
    if (bytes > 255 * key.byteLength) fail("HKDF deriveBits failed.", "OperationError");
    const result = new Uint8Array(bytes);
    let last = new Uint8Array(0);
    for (let at = 0, round = 1; at < bytes; at += last.length, round++) {
      const input = new Uint8Array(last.length + info.length + 1);
      input.set(last);
      input.set(info, last.length);
      input[input.length - 1] = round;
      last = new Uint8Array(hmac(hash, key, input));
      result.set(last.subarray(0, bytes - at), at);
    }
    return result.buffer;
  },
};
