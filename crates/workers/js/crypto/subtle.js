// crypto.subtle: digests, HMAC, AES-GCM, PBKDF2 and HKDF. Other algorithms are refused with NotSupportedError. Source: Web
// Cryptography 14, workers-api.md 9.

const { digest, equal } = native.crypto;
const { defineInterface, illegalInvocation, illegalConstructor, wrongParameter } = require("interface");
const { fail, algorithmName, hashName, isBufferSource, bytesOf } = require("crypto/algorithm");
const { secretOf } = require("crypto/key");

const RUNTIME = Symbol("runtime");

const ALGORITHMS = {
  __proto__: null,
  "HMAC": () => require("crypto/hmac"),
  "AES-GCM": () => require("crypto/aes_gcm"),
  "PBKDF2": () => require("crypto/derive").pbkdf2,
  "HKDF": () => require("crypto/derive").hkdf,
};

// The `method` of an algorithm; `what` is what the caller asked for, in the platform's words.
function implementation(name, method, what) {
  const found = ALGORITHMS[name.toUpperCase()]?.()[method];
  if (found === undefined) fail(`Unrecognized ${what} "${name}" requested.`, "NotSupportedError");
  return found;
}

// The secret of a key, for an operation with `algorithm` that needs `usage`.
function use(method, position, key, algorithm, usage) {
  const secret = keySecret(method, position, key);
  const name = algorithmName(algorithm);
  if (name.toUpperCase() !== secret.name) {
    fail(
      `Requested algorithm "${name}" does not match this CryptoKey's algorithm "${secret.name}".`,
      "InvalidAccessError",
    );
  }
  if (!secret.usages.includes(usage)) {
    fail(`Requested key usage "${usage}" does not match any usage listed in this CryptoKey.`, "InvalidAccessError");
  }
  return secret;
}

function keySecret(method, position, key) {
  const secret = secretOf(key);
  if (secret === undefined) throw wrongParameter(method, "SubtleCrypto", position, "CryptoKey");
  return secret;
}

function needBuffer(method, position, value) {
  if (!isBufferSource(value)) throw wrongParameter(method, "SubtleCrypto", position, "BufferSource");
}

// An operation of the key's algorithm, which may not have it.
function operation(secret, name) {
  const found = ALGORITHMS[secret.name]()[name];
  if (found === undefined) {
    fail(`The ${name} operation is not implemented for "${secret.name}".`, "NotSupportedError");
  }
  return found;
}

function exportSecret(format, secret) {
  if (!secret.extractable) fail(`Attempt to export non-extractable ${secret.name} key.`, "InvalidAccessError");
  if (format !== "raw" && format !== "jwk") {
    fail(
      secret.name === "HMAC"
        ? `Unimplemented key export format "${format}".`
        : `${secret.name} key only supports exporting "raw" & "jwk", not "${format}".`,
      "NotSupportedError",
    );
  }
  if (format === "raw") return secret.bytes.slice().buffer;
  return {
    kty: "oct",
    key_ops: [...secret.usages],
    alg: operation(secret, "jwkAlg")(secret),
    ext: true,
    k: secret.bytes.toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}

function importSecret(format, data, algorithm, extractable, usages) {
  const importKey = implementation(algorithmName(algorithm), "importKey", "key import algorithm");
  if (format !== "raw" && format !== "jwk") fail(`Unrecognized key import format "${format}".`, "NotSupportedError");
  if (format === "jwk" && (data === null || typeof data !== "object" || isBufferSource(data))) {
    throw new TypeError('Import data provided for "jwk" import format must be a JsonWebKey.');
  }
  if (format === "raw" && !isBufferSource(data)) {
    throw new TypeError('Import data provided for "raw", "pkcs8", or "spki" import formats must be a buffer source.');
  }
  return importKey(format, format === "raw" ? bytesOf(data) : data, algorithm, !!extractable, usages);
}

// A wrong `this` throws at once; all else is the promise's.
class SubtleCrypto {
  #brand;

  constructor(token) {
    if (token !== RUNTIME) throw illegalConstructor();
  }

  digest(algorithm, data) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      if (algorithm === undefined) throw wrongParameter("digest", "SubtleCrypto", 1, "string or HashAlgorithm");
      needBuffer("digest", 2, data);
      return digest(hashName(algorithm), data);
    });
  }

  sign(algorithm, key, data) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      keySecret("sign", 2, key);
      needBuffer("sign", 3, data);
      const secret = use("sign", 2, key, algorithm, "sign");
      return operation(secret, "sign")(secret, data);
    });
  }

  verify(algorithm, key, signature, data) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      keySecret("verify", 2, key);
      needBuffer("verify", 3, signature);
      needBuffer("verify", 4, data);
      const secret = use("verify", 2, key, algorithm, "verify");
      return operation(secret, "verify")(secret, signature, data);
    });
  }

  encrypt(algorithm, key, data) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      keySecret("encrypt", 2, key);
      needBuffer("encrypt", 3, data);
      const secret = use("encrypt", 2, key, algorithm, "encrypt");
      return operation(secret, "encrypt")(secret, algorithm, data);
    });
  }

  decrypt(algorithm, key, data) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      keySecret("decrypt", 2, key);
      needBuffer("decrypt", 3, data);
      const secret = use("decrypt", 2, key, algorithm, "decrypt");
      return operation(secret, "decrypt")(secret, algorithm, data);
    });
  }

  generateKey(algorithm, extractable, usages) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      const generateKey = implementation(algorithmName(algorithm), "generateKey", "key generation algorithm");
      return generateKey(algorithm, !!extractable, usages);
    });
  }

  importKey(format, data, algorithm, extractable, usages) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => importSecret(`${format}`, data, algorithm, extractable, usages));
  }

  exportKey(format, key) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => exportSecret(`${format}`, keySecret("exportKey", 2, key)));
  }

  wrapKey(format, key, wrappingKey, algorithm) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      const wrapping = use("wrapKey", 3, wrappingKey, algorithm, "wrapKey");
      const data = exportSecret(`${format}`, keySecret("wrapKey", 2, key));
      const bytes = data instanceof ArrayBuffer ? data : require("encoding").utf8Encode(JSON.stringify(data));
      return operation(wrapping, "encrypt")(wrapping, algorithm, bytes);
    });
  }

  unwrapKey(format, data, unwrappingKey, algorithm, keyAlgorithm, extractable, usages) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      needBuffer("unwrapKey", 2, data);
      const unwrapping = use("unwrapKey", 3, unwrappingKey, algorithm, "unwrapKey");
      const bytes = operation(unwrapping, "decrypt")(unwrapping, algorithm, data);
      const key = format === "jwk" ? JSON.parse(require("encoding").utf8Decode(bytes)) : bytes;
      return importSecret(`${format}`, key, keyAlgorithm, extractable, usages);
    });
  }

  deriveKey(algorithm, baseKey, derivedKeyAlgorithm, extractable, usages) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      const secret = use("deriveKey", 2, baseKey, algorithm, "deriveKey");
      const name = algorithmName(derivedKeyAlgorithm);
      const length = implementation(name, "keyBits", "derived key type")(derivedKeyAlgorithm);
      const bits = operation(secret, "deriveBits")(secret, algorithm, length);
      return importSecret("raw", bits, derivedKeyAlgorithm, extractable, usages);
    });
  }

  deriveBits(algorithm, baseKey, length = null) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return promise(() => {
      const secret = use("deriveBits", 2, baseKey, algorithm, "deriveBits");
      return operation(secret, "deriveBits")(secret, algorithm, length);
    });
  }

  // Not in the web's interface: whether two buffers are equal, in a time that depends on their length only.
  timingSafeEqual(left, right) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    needBuffer("timingSafeEqual", 1, left);
    needBuffer("timingSafeEqual", 2, right);
    if (left.byteLength !== right.byteLength) {
      throw new TypeError("Input buffers must have the same byte length.");
    }
    return equal(left, right);
  }
}
defineInterface(SubtleCrypto);

// The work is done at once; only its outcome is a promise.
function promise(work) {
  return new Promise((resolve) => resolve(work()));
}

exports.SubtleCrypto = SubtleCrypto;
exports.subtle = new SubtleCrypto(RUNTIME);
