// `ctx.props` on their way: JSON text, as configurations have them, or a value that a program gave, in V8's format.
// Source: workers-api.md 1.4.

const { wrongField } = require("interface");

// No JSON begins so: each character after it is a byte.
const BYTES = "\0";
// So many arguments a function may have.
const PIECE = 8192;

// The text for what a program gave as `props`.
exports.propsText = (props) => {
  if (props === undefined) return undefined;
  if ((typeof props !== "object" && typeof props !== "function") || props === null) {
    throw wrongField("props", "Options", "Object");
  }
  const bytes = require("structured_clone/writer").serialize(props);
  let text = BYTES;
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return text;
};

// The props of a new context.
exports.propsFrom = (text) => {
  if (text === undefined) return {};
  if (text.startsWith(BYTES)) {
    const bytes = Uint8Array.from({ length: text.length - 1 }, (_, at) => text.charCodeAt(at + 1));
    return require("structured_clone/reader").deserialize(bytes);
  }
  const given = JSON.parse(text);
  return typeof given === "object" && given !== null ? given : {};
};
