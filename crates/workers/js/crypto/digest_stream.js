// crypto.DigestStream: a WritableStream whose `digest` is the hash of what was written. Source: workers-api.md 9.

const { hasher } = native.crypto;
const { defineInterface } = require("interface");
const { hashName } = require("crypto/algorithm");
const { WritableStream } = require("streams");
const { utf8Encode } = require("encoding");

class DigestStream extends WritableStream {
  #digest;
  #bytesWritten = 0;

  constructor(algorithm) {
    const update = hasher(hashName(algorithm));
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.catch(() => {});
    super({
      write: (chunk) => {
        const isBytes = ArrayBuffer.isView(chunk) || chunk instanceof ArrayBuffer;
        if (!isBytes && typeof chunk !== "string") {
          const error = new TypeError(
            "DigestStream is a byte stream but received an object of non-ArrayBuffer/ArrayBufferView/string type on its " +
              "writable side.",
          );
          reject(error);
          throw error;
        }
        const bytes = isBytes ? chunk : utf8Encode(chunk);
        this.#bytesWritten += bytes.byteLength;
        update(bytes);
      },
      close: () => resolve(update()),
      abort: (reason) => reject(reason),
    });
    this.#digest = promise;
  }

  get digest() {
    return this.#digest;
  }

  get bytesWritten() {
    return BigInt(this.#bytesWritten);
  }
}
defineInterface(DigestStream);

exports.DigestStream = DigestStream;
