// TextEncoder and TextDecoder. Source: WHATWG Encoding.
//
// Short ASCII, which is what most programs convert, is done here without a native call; everything else is native.

const { defineInterface, illegalInvocation, wrongParameter } = require("interface");

const { encode, decode, encodingName, decoder } = native.encoding;
// Up to this many units a loop here beats a native call.
const SHORT = 48;
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

// The UTF-8 of a string; lone surrogates become U+FFFD.
function utf8Encode(text) {
  const { length } = text;
  if (length > SHORT) return encode(text);
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 127) return encode(text);
    bytes[index] = code;
  }
  return bytes;
}

// The text of a Uint8Array of ASCII, or undefined when it is long or has other bytes.
function shortAscii(bytes) {
  const { length } = bytes;
  if (length > SHORT) return undefined;
  let text = "";
  for (let index = 0; index < length; index++) {
    const byte = bytes[index];
    if (byte > 127) return undefined;
    text += ASCII[byte];
  }
  return text;
}

// The text of UTF-8 in any buffer or view: wrong bytes become U+FFFD, a byte order mark is left out.
function utf8Decode(bytes) {
  if (bytes instanceof Uint8Array) {
    const text = shortAscii(bytes);
    if (text !== undefined) return text;
  }
  return decode(bytes, false, false);
}

class TextEncoder {
  #brand;

  get encoding() {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return "utf-8";
  }

  encode(input = "") {
    if (!this || !(#brand in this)) throw illegalInvocation();
    return utf8Encode(typeof input === "string" ? input : `${input}`);
  }

  encodeInto(source, destination) {
    if (!this || !(#brand in this)) throw illegalInvocation();
    if (!(destination instanceof Uint8Array)) {
      throw wrongParameter("encodeInto", "TextEncoder", 2, "Uint8Array");
    }
    return encodeInto(`${source}`, destination);
  }
}
defineInterface(TextEncoder);

// Whole characters only: stops before the first that does not fit.
function encodeInto(text, bytes) {
  const room = bytes.length;
  let read = 0;
  let written = 0;
  while (read < text.length) {
    const unit = text.charCodeAt(read);
    if (unit < 0x80) {
      if (written >= room) break;
      bytes[written++] = unit;
      read++;
      continue;
    }
    const whole = text.codePointAt(read);
    const units = whole > 0xffff ? 2 : 1;
    const point = whole >= 0xd800 && whole <= 0xdfff ? 0xfffd : whole;
    const size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (written + size > room) break;
    if (size === 2) {
      bytes[written] = 0xc0 | (point >> 6);
    } else {
      if (size === 3) {
        bytes[written] = 0xe0 | (point >> 12);
      } else {
        bytes[written] = 0xf0 | (point >> 18);
        bytes[written + 1] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[written + size - 2] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[written + size - 1] = 0x80 | (point & 0x3f);
    written += size;
    read += units;
  }
  return { read, written };
}

const isBuffer = (value) =>
  ArrayBuffer.isView(value) ||
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer === "function" && value instanceof SharedArrayBuffer);

class TextDecoder {
  #encoding = "utf-8";
  #fatal = false;
  #ignoreBOM = false;
  // The native decoder, for encodings other than UTF-8 and for input that comes in pieces.
  #decoder = undefined;
  #streaming = false;

  constructor(label = "utf-8", options = undefined) {
    if (label !== "utf-8") {
      const name = encodingName(`${label}`);
      if (name === null) throw new RangeError(`"${label}" is not a valid encoding.`);
      this.#encoding = name;
    }
    if (options === undefined || options === null) return;
    if (typeof options !== "object" && typeof options !== "function") {
      throw new TypeError(
        "Failed to construct 'TextDecoder': constructor parameter 2 is not of type 'ConstructorOptions'.",
      );
    }
    this.#fatal = !!options.fatal;
    this.#ignoreBOM = !!options.ignoreBOM;
  }

  get encoding() {
    if (!this || !(#encoding in this)) throw illegalInvocation();
    return this.#encoding;
  }

  get fatal() {
    if (!this || !(#encoding in this)) throw illegalInvocation();
    return this.#fatal;
  }

  get ignoreBOM() {
    if (!this || !(#encoding in this)) throw illegalInvocation();
    return this.#ignoreBOM;
  }

  decode(input = undefined, options = undefined) {
    if (!this || !(#encoding in this)) throw illegalInvocation();
    if (input !== undefined && !isBuffer(input)) throw wrongParameter("decode", "TextDecoder", 1, "Array");
    let stream = false;
    if (options !== undefined && options !== null) {
      if (typeof options !== "object") throw wrongParameter("decode", "TextDecoder", 2, "DecodeOptions");
      stream = !!options.stream;
    }
    let text;
    if (this.#encoding === "utf-8" && !stream && !this.#streaming) {
      if (input === undefined) return "";
      text = input instanceof Uint8Array ? shortAscii(input) : undefined;
      text ??= decode(input, this.#fatal, this.#ignoreBOM);
    } else {
      this.#decoder ??= decoder(this.#encoding, this.#fatal, this.#ignoreBOM);
      this.#streaming = stream;
      text = this.#decoder(input, stream);
    }
    if (text === null) {
      this.#streaming = false;
      throw new TypeError("Failed to decode input.");
    }
    return text;
  }
}
defineInterface(TextDecoder);

exports.TextEncoder = TextEncoder;
exports.TextDecoder = TextDecoder;
exports.utf8Encode = utf8Encode;
exports.utf8Decode = utf8Decode;
