// TextEncoderStream and TextDecoderStream: UTF-8 (and, for decoding, other encodings) as transforms.

const { defineInterface, illegalInvocation } = require("interface");
const { TransformStream, secret } = require("streams/transform");
const { createTransform } = require("streams/transform_core");

const isLeading = (unit) => unit >= 0xd800 && unit <= 0xdbff;
const isTrailing = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

// Encodes strings whose surrogate pairs may be split between chunks.
const encoderCore = () => {
  const { utf8Encode } = require("encoding");
  let held = "";
  const core = createTransform({
    transform(chunk) {
      let text = `${chunk}`;
      if (text === "") return;
      if (held !== "") {
        // A held lead unit that meets no trail unit is encoded as U+FFFD.
        text = isTrailing(text.charCodeAt(0)) ? held + text : "\ufffd" + text;
        held = "";
      }
      if (isLeading(text.charCodeAt(text.length - 1))) {
        held = text.slice(-1);
        text = text.slice(0, -1);
      }
      if (text !== "") core.enqueue(utf8Encode(text));
    },
    flush() {
      if (held !== "") core.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]));
    },
  });
  return core;
};

const decoderCore = (decoder) => {
  const core = createTransform({
    transform(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      if (text !== "") core.enqueue(text);
    },
    flush() {
      const text = decoder.decode();
      if (text !== "") core.enqueue(text);
    },
  });
  return core;
};

class TextEncoderStream extends TransformStream {
  #brand;

  constructor() {
    super(secret, encoderCore());
  }

  get encoding() {
    if (!(#brand in this)) throw illegalInvocation();
    return "utf-8";
  }
}

class TextDecoderStream extends TransformStream {
  #decoder;

  constructor(label = "utf-8", options = undefined) {
    const { TextDecoder } = require("encoding");
    const decoder = new TextDecoder(label, options ?? {});
    super(secret, decoderCore(decoder));
    this.#decoder = decoder;
  }

  get encoding() {
    if (!(#decoder in this)) throw illegalInvocation();
    return this.#decoder.encoding;
  }

  get fatal() {
    if (!(#decoder in this)) throw illegalInvocation();
    return this.#decoder.fatal;
  }

  get ignoreBOM() {
    if (!(#decoder in this)) throw illegalInvocation();
    return this.#decoder.ignoreBOM;
  }
}

exports.TextEncoderStream = defineInterface(TextEncoderStream);
exports.TextDecoderStream = defineInterface(TextDecoderStream);
