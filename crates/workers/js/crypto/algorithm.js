// Algorithm arguments: names, hashes, and the errors they meet. Source: Web Cryptography 18.4.

const { DOMException } = require("dom_exception");

const HASHES = { __proto__: null, "MD5": 16, "SHA-1": 20, "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

exports.fail = (message, name) => {
  throw new DOMException(message, name);
};
const { fail } = exports;

// The name in an algorithm, which is a string or an object with a `name`.
exports.algorithmName = (algorithm) => {
  if (algorithm !== null && typeof algorithm === "object") return `${algorithm.name}`;
  return `${algorithm}`;
};

// The canonical name of a hash algorithm.
exports.hashName = (algorithm) => {
  const name = exports.algorithmName(algorithm).toUpperCase();
  if (!(name in HASHES)) fail("Unrecognized or unimplemented digest algorithm requested.", "NotSupportedError");
  return name;
};

// The size of the blocks a hash works in, in bits; that of an HMAC key made for it.
exports.blockBits = (hash) => (hash === "SHA-384" || hash === "SHA-512" ? 1024 : 512);

// A required member of an algorithm object; `argument` is what the platform calls the object.
exports.field = (algorithm, name, argument = "algorithm") => {
  const value = algorithm !== null && typeof algorithm === "object" ? algorithm[name] : undefined;
  if (value === undefined) throw new TypeError(`Missing field "${name}" in "${argument}".`);
  return value;
};

exports.isBufferSource = (value) => ArrayBuffer.isView(value) || value instanceof ArrayBuffer;

// A copy of a buffer source's bytes.
exports.bytesOf = (source) =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice();

const ORDER = [
  "encrypt",
  "decrypt",
  "sign",
  "verify",
  "deriveKey",
  "deriveBits",
  "wrapKey",
  "unwrapKey",
];

// The usages in the canonical order, once each; refuses those not in `allowed`.
exports.usagesOf = (usages, allowed, name, verb) => {
  const list = [...usages].map(String);
  const wrong = list.find((usage) => !allowed.includes(usage));
  if (wrong !== undefined) {
    fail(`Attempt to ${verb} secret ${name} key with invalid usage "${wrong}".`, "SyntaxError");
  }
  if (list.length === 0) fail("Secret/private CryptoKeys must have at least one usage.", "SyntaxError");
  return ORDER.filter((usage) => list.includes(usage));
};

// The bytes in an octet JSON Web Key, checked against what the caller wants.
exports.secretFromJwk = (jwk, name, expectedAlg, extractable, mismatch) => {
  if (jwk.kty !== "oct") {
    fail(
      `${name} "jwk" key import requires a JSON Web Key with Key Type parameter ("kty") equal to "oct" ` +
        `(encountered "${jwk.kty}").`,
      "DataError",
    );
  }
  let bytes;
  try {
    bytes = Uint8Array.fromBase64(`${jwk.k}`.replace(/=+$/, ""), { alphabet: "base64url" });
  } catch {
    fail(`${name} "jwk" key import requires a base64Url encoding of the key`, "DataError");
  }
  const expected = expectedAlg(bytes);
  if (jwk.alg !== undefined && expected !== undefined && jwk.alg !== expected) {
    fail(
      `${name} "jwk" key import specifies "alg" that is incompatible with the ${mismatch} ` +
        `(encountered "${jwk.alg}", expected "${expected}").`,
      "DataError",
    );
  }
  if (jwk.ext === false && extractable) {
    fail(`JWK ext field for "${name}" is set to false but extractable is true`, "DataError");
  }
  return bytes;
};
