// fetch() of `data:` URLs: the answer is in the URL itself.

const { responseFromHost } = require("fetch/response");
const { normalizeType } = require("fetch/mime");

// A Response with what `url` holds; the platform's TypeError when it holds nothing.
exports.respond = (url) => {
  const hash = url.indexOf("#");
  const text = url.slice("data:".length, hash < 0 ? undefined : hash);
  const comma = text.indexOf(",");
  const body = comma < 0 ? null : decode(text.slice(0, comma), percentDecode(text.slice(comma + 1)));
  if (body === null) throw new TypeError(`Fetch API cannot load: ${url}`);
  const type = text.slice(0, comma).trim().replace(BASE64, "");
  const contentType = normalizeType(type.startsWith(";") ? `text/plain${type}` : type) || "text/plain;charset=US-ASCII";
  return responseFromHost({ status: 200, statusText: "OK", headers: ["content-type", contentType], body });
};

const BASE64 = /;[ ]*base64$/i;

const decode = (head, bytes) => {
  if (!BASE64.test(head.trim())) return bytes;
  const { atob } = require("base64");
  try {
    return Uint8Array.from(atob(binary(bytes)), (unit) => unit.charCodeAt(0));
  } catch {
    return null;
  }
};

const binary = (bytes) => {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

// The bytes of a URL's text, whose characters are ASCII.
const percentDecode = (text) => {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const hex = text[index] === "%" && /^[0-9a-f]{2}$/i.test(text.slice(index + 1, index + 3));
    bytes[length++] = hex ? parseInt(text.slice(index + 1, index + 3), 16) : text.charCodeAt(index);
    if (hex) index += 2;
  }
  return bytes.slice(0, length);
};
