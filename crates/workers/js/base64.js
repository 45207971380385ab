// atob and btoa. Source: HTML 8.3.

const { DOMException } = require("dom_exception");
const { wrongParameter } = require("interface");

const { latin1Decode } = native.encoding;
const { fromBase64 } = Uint8Array;
const { toBase64 } = Uint8Array.prototype;
const { apply } = Reflect;

exports.atob = function atob(data) {
  if (arguments.length === 0) throw wrongParameter("atob", "ServiceWorkerGlobalScope", 1, "string");
  let bytes;
  const text = `${data}`;
  try {
    bytes = fromBase64(text);
  } catch {
    throw new DOMException(
      "atob() called with invalid base64-encoded data. (Only whitespace, '+', '/', alphanumeric ASCII, and up to two " +
        "terminal '=' signs when the input data length is divisible by 4 are allowed.)",
      "InvalidCharacterError",
    );
  }
  return latin1Decode(bytes);
};

exports.btoa = function btoa(data) {
  if (arguments.length === 0) throw wrongParameter("btoa", "ServiceWorkerGlobalScope", 1, "String");
  const text = `${data}`;
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 255) {
      throw new DOMException(
        "btoa() can only operate on characters in the Latin1 (ISO/IEC 8859-1) range.",
        "InvalidCharacterError",
      );
    }
    bytes[index] = code;
  }
  return apply(toBase64, bytes, []);
};
