// atob and btoa. Source: HTML 8.3.

const { DOMException } = require("dom_exception");
const { wrongParameter } = require("interface");

const { fromBase64 } = Uint8Array;
const { fromCharCode } = String;
const { apply } = Reflect;
const { toBase64 } = Uint8Array.prototype;

// Arguments `fromCharCode` takes at a time.
const CHUNK = 8192;

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
  if (bytes.length <= CHUNK) return apply(fromCharCode, undefined, bytes);
  let result = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    result += apply(fromCharCode, undefined, bytes.subarray(at, at + CHUNK));
  }
  return result;
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
