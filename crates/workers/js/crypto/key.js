// CryptoKey. What a key is made of never leaves this file but through `secretOf`. Source: Web Cryptography 13.

const { defineInterface, illegalConstructor } = require("interface");

const RUNTIME = Symbol("runtime");

let secretOf;

class CryptoKey {
  #secret;

  constructor(token, secret, type, algorithm, extractable, usages) {
    if (token !== RUNTIME) throw illegalConstructor();
    this.#secret = secret;
    const properties = { usages, algorithm, extractable, type };
    for (const name of Object.keys(properties)) {
      Object.defineProperty(this, name, { value: properties[name], enumerable: true, configurable: true });
    }
  }

  static {
    secretOf = (key) => (key !== null && typeof key === "object" && #secret in key ? key.#secret : undefined);
  }
}
defineInterface(CryptoKey);

exports.CryptoKey = CryptoKey;

// A secret key; `secret` is `{ bytes, name, usages, extractable }`, of which the program sees copies only.
exports.makeSecretKey = (bytes, algorithm, extractable, usages) =>
  new CryptoKey(
    RUNTIME,
    { bytes, name: algorithm.name, hash: algorithm.hash?.name, extractable, usages: [...usages] },
    "secret",
    algorithm,
    extractable,
    usages,
  );

// What makeSecretKey kept, or undefined when `key` is no CryptoKey.
exports.secretOf = secretOf;
