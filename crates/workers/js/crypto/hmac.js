// HMAC keys and signatures. Source: Web Cryptography 29.

const { hmac, equal, random } = native.crypto;
const { fail, field, hashName, blockBits, usagesOf, secretFromJwk } = require("crypto/algorithm");
const { makeSecretKey } = require("crypto/key");

const USAGES = ["sign", "verify"];
const JWK_ALG = { "SHA-1": "HS1", "SHA-256": "HS256", "SHA-384": "HS384", "SHA-512": "HS512" };

exports.importKey = (format, data, algorithm, extractable, usages) => {
  const allowed = usagesOf(usages, USAGES, "HMAC", "import");
  const hash = hashName(field(algorithm, "hash"));
  const bytes =
    format === "raw" ? data : secretFromJwk(data, "HMAC", () => JWK_ALG[hash], extractable, "hash name");
  const bits = bytes.length * 8;
  const length = algorithm.length === undefined ? bits : Number(algorithm.length);
  if (length === 0 || length > bits || length <= bits - 8) {
    fail(
      `Imported HMAC key length (${length}) must be a non-zero value up to 7 bits less than, and no greater than, ` +
        `the bit length of the raw key data (${bits}).`,
      "DataError",
    );
  }
  return makeSecretKey(bytes, { name: "HMAC", hash: { name: hash }, length }, extractable, allowed);
};

exports.generateKey = (algorithm, extractable, usages) => {
  const allowed = usagesOf(usages, USAGES, "HMAC", "generate");
  const hash = hashName(field(algorithm, "hash"));
  const length = algorithm.length === undefined ? blockBits(hash) : Number(algorithm.length);
  if (!(length > 0)) {
    fail(`HMAC key length must be a non-zero unsigned long integer (requested ${length}).`, "OperationError");
  }
  const bytes = random(Math.ceil(length / 8));
  if (length % 8 !== 0) bytes[bytes.length - 1] &= 0xff << (8 - (length % 8));
  return makeSecretKey(bytes, { name: "HMAC", hash: { name: hash }, length }, extractable, allowed);
};

// The length of a key to derive, in bits.
exports.keyBits = (algorithm) =>
  algorithm?.length === undefined
    ? blockBits(hashName(field(algorithm, "hash", "derivedKeyParams")))
    : Number(algorithm.length);

exports.jwkAlg = (secret) => JWK_ALG[secret.hash];

exports.sign = (secret, data) => hmac(secret.hash, secret.bytes, data);

exports.verify = (secret, signature, data) => equal(hmac(secret.hash, secret.bytes, data), signature);
