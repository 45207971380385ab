// What WebSocket's constructor and close() take, and the platform's words for what they refuse.
// Source: workers-api.md 2.6 and 2.7.

const flags = require("flags");
const { DOMException } = require("dom_exception");
const { utf8Encode } = require("encoding");

const CLOSE_REASON_BYTES_MAX = 123;

// The code and reason to send; without a code that of an empty Close.
function checkCloseArguments(code, reason) {
  let number = 1005;
  if (code !== undefined) {
    const value = +code;
    if (value > 2 ** 31 - 1 || value < -(2 ** 31)) {
      throw new TypeError("Value out of range. Must be between -2147483648 and 2147483647 (inclusive).");
    }
    number = value | 0;
  }
  const text = reason === undefined ? "" : `${reason}`;
  if (code !== undefined && !isCloseCode(number)) {
    throw new DOMException(`Invalid WebSocket close code: ${number}.`, "InvalidAccessError");
  }
  if (reason !== undefined) {
    if (flags.websocket_close_reason_byte_limit && utf8Encode(text).length > CLOSE_REASON_BYTES_MAX) {
      throw new DOMException(
        "WebSocket close reason must not be longer than 123 bytes when UTF-8 encoded.",
        "SyntaxError",
      );
    }
    if (code === undefined) {
      throw new DOMException(
        "If you specify a WebSocket close reason, you must also specify a code.",
        "InvalidAccessError",
      );
    }
  }
  return { number, text };
}

function isCloseCode(number) {
  if (flags.pedantic_wpt) return number === 1000 || (number >= 3000 && number <= 4999);
  return number >= 1000 && number <= 4999 && number !== 1004 && number !== 1005 && number !== 1006 && number !== 1015;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

// What `new WebSocket()` was given: the address as it stands, the one to ask, and the subprotocols.
function checkClientArguments(url, protocols) {
  const refuse = (text) => {
    throw new DOMException(`WebSocket Constructor: ${text}`, "SyntaxError");
  };
  const { URL } = require("url");
  const text = String(url);
  if (!URL.canParse(text)) refuse("The url is invalid.");
  const parsed = new URL(text);
  if (parsed.protocol !== "ws:" && parsed.protocol !== "wss:") refuse("The url scheme must be ws or wss.");
  if (parsed.hash !== "" || parsed.href.endsWith("#")) refuse("The url fragment must be empty.");
  parsed.username = parsed.password = "";
  let wanted = [];
  if (protocols !== undefined) {
    if (Array.isArray(protocols)) {
      wanted = protocols.map(String);
      if (!wanted.every((token) => TOKEN.test(token))) refuse("One of the protocol header tokens is invalid.");
      if (new Set(wanted).size !== wanted.length) refuse("The protocols header cannot have repeating values.");
    } else {
      wanted = [String(protocols)];
      if (!TOKEN.test(wanted[0])) refuse("The protocol header token is invalid.");
    }
  }
  return { given: text, target: parsed.href, wanted };
}

exports.checkCloseArguments = checkCloseArguments;
exports.checkClientArguments = checkClientArguments;
