// Stack traces in the form people and programs know:
//
//     TypeError: text
//         at handler (file.js:3:7)
//
// The engine's own form is `handler@file.js:3:7`, without the head and with frames that have no name or place. An
// error's `stack` is a property of the error itself, made by the engine, so it cannot be replaced for all errors at once;
// instead whoever prints, reports or hands out a stack passes it through here.

const FRAME = /^(.*?)@(.*):(\d+):(\d+)$/;
// The engine names code outside functions so.
const CODE = /^(?:(?:global|module|eval) code|async\*)?$/;
// Files of the runtime itself; they say nothing to the author of a program.
const OWN = "holdfast:";

function frame(line) {
  const parts = FRAME.exec(line);
  if (parts === null) return "";
  const [, name, file, row, column] = parts;
  if (file.startsWith(OWN) || file === "[native code]") return "";
  const place = `${file}:${row}:${column}`;
  return CODE.test(name) ? `\n    at ${place}` : `\n    at ${name.replace(/^async\*/, "async ")} (${place})`;
}

function head(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

// Whether this text is in the engine's form, or empty, which is the engine's for "nothing but native code".
const isRaw = (stack) => stack === "" || !/^ +at /m.test(stack) && stack.split("\n").every(
  (line) => line === "" || line.includes("@") || line === "[native code]" || !line.includes(" "),
);

// The engine's lines, each in the known form, below one another and indented.
exports.frames = (stack) => stack.split("\n").map(frame).join("");

// The stack of an error in the known form; any other value's `stack` as it is.
exports.stackOf = (error) => {
  const stack = error?.stack;
  if (typeof stack !== "string" || !(error instanceof Error) || !isRaw(stack)) return stack;
  return head(error) + exports.frames(stack);
};

// The stack of a new error made by the runtime for the program's eyes: its frames are those of the caller.
exports.own = (error) => {
  Object.defineProperty(error, "stack", {
    value: exports.stackOf(error),
    writable: true,
    configurable: true,
  });
  return error;
};
