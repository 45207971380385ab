// The Streams API in one place: `require("streams")`. Each class is loaded when it is first asked for.

const homes = {
  "streams/readable": ["ReadableStream"],
  "streams/readers": ["ReadableStreamDefaultReader", "ReadableStreamBYOBReader"],
  "streams/readable_default": ["ReadableStreamDefaultController"],
  "streams/readable_byte": ["ReadableByteStreamController", "ReadableStreamBYOBRequest"],
  "streams/writable": ["WritableStream", "WritableStreamDefaultWriter", "WritableStreamDefaultController"],
  "streams/transform": ["TransformStream", "TransformStreamDefaultController"],
  "streams/strategies": ["ByteLengthQueuingStrategy", "CountQueuingStrategy"],
  "streams/identity": ["IdentityTransformStream", "FixedLengthStream"],
  "streams/text": ["TextEncoderStream", "TextDecoderStream"],
  "streams/host": ["hostStream", "bytesStream", "sourceOf", "drain", "expectedLength"],
};

for (const [module, names] of Object.entries(homes)) {
  for (const name of names) {
    Object.defineProperty(exports, name, { get: () => require(module)[name], enumerable: true, configurable: true });
  }
}
