// AES-GCM keys and encryption. Source: Web Cryptography 28.

const { gcmEncrypt, gcmDecrypt, random } = native.crypto;
const { fail, field, isBufferSource, usagesOf, secretFromJwk } = require("crypto/algorithm");
const { makeSecretKey } = require("crypto/key");

const USAGES = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
const TAG_BITS = [32, 64, 96, 104, 112, 120, 128];
const KEY_BITS = [128, 192, 256];

const algOf = (bytes) => `A${bytes.length * 8}GCM`;

exports.importKey = (format, data, algorithm, extractable, usages) => {
  const allowed = usagesOf(usages, USAGES, "AES-GCM", "import");
  const bytes = format === "raw" ? data : secretFromJwk(data, "AES-GCM", algOf, extractable, "algorithm name");
  const length = bytes.length * 8;
  if (!KEY_BITS.includes(length)) {
    fail(`Imported AES key length must be 128, 192, or 256 bits but provided ${length}.`, "DataError");
  }
  return makeSecretKey(bytes, { name: "AES-GCM", length }, extractable, allowed);
};

exports.generateKey = (algorithm, extractable, usages) => {
  const allowed = usagesOf(usages, USAGES, "AES-GCM", "generate");
  const length = Number(field(algorithm, "length"));
  if (!KEY_BITS.includes(length)) {
    fail(`Generated AES key length must be 128, 192, or 256 bits but requested ${length}.`, "OperationError");
  }
  return makeSecretKey(random(length / 8), { name: "AES-GCM", length }, extractable, allowed);
};

// The length of a key to derive, in bits.
exports.keyBits = (algorithm) => {
  const length = Number(field(algorithm, "length", "derivedKeyParams"));
  if (!KEY_BITS.includes(length)) {
    fail(`Derived AES key must be 128, 192, or 256 bits in length but provided ${length}.`, "DataError");
  }
  return length;
};

exports.jwkAlg = (secret) => algOf(secret.bytes);

function parameters(algorithm) {
  const iv = field(algorithm, "iv");
  if (!isBufferSource(iv)) {
    throw new TypeError("Incorrect type for the 'iv' field on 'EncryptAlgorithm': the provided value is not of type 'BufferSource'.");
  }
  if (iv.byteLength === 0) fail("AES-GCM IV must not be empty.", "OperationError");
  const tagLength = algorithm.tagLength === undefined ? 128 : Number(algorithm.tagLength);
  if (!TAG_BITS.includes(tagLength)) fail(`Invalid AES-GCM tag length ${tagLength}.`, "OperationError");
  return { iv, additional: algorithm.additionalData ?? new Uint8Array(0), tagLength };
}

exports.encrypt = (secret, algorithm, data) => {
  const { iv, additional, tagLength } = parameters(algorithm);
  return gcmEncrypt(secret.bytes, iv, additional, tagLength / 8, data);
};

exports.decrypt = (secret, algorithm, data) => {
  const { iv, additional, tagLength } = parameters(algorithm);
  const bits = data.byteLength * 8;
  if (bits < tagLength) {
    fail(
      `Ciphertext length of ${bits} bits must be greater than or equal to the size of the AES-GCM tag length of ` +
        `${tagLength} bits.`,
      "OperationError",
    );
  }
  const plain = gcmDecrypt(secret.bytes, iv, additional, tagLength / 8, data);
  if (plain === null) {
    const length = (bits - tagLength) / 8;
    fail(
      "Decryption failed. This could be due to a ciphertext authentication failure, bad padding, incorrect CryptoKey, or " +
        `another algorithm-specific reason. Input length was ${length}, output length expected to be ${length} for AES-GCM`,
      "OperationError",
    );
  }
  return plain;
};
