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
    // An object may take any time to become text, and run anything.
    if (typeof error.name === "object" || typeof error.message === "object") return "Error";
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

// Whether this text is in the engine's form: each line has an "@", and none is a frame in the known form. Empty is the
// engine's for "no code of JavaScript".
const isRaw = (stack) =>
  stack === "" || (stack.split("\n").every((line) => line.includes("@")) && !/^ +at /m.test(stack));

// The engine's lines, each in the known form, below one another and indented.
const frames = (stack) => stack.split("\n").map(frame).join("");

// Head and frames, with the places of linked code turned into the author's where the host knows how.
function whole(error, stack) {
  const text = head(error) + frames(stack);
  const rewrite = native.host?.rewriteStack;
  return rewrite === undefined ? text : rewrite(text);
}

// The stack of an error in the known form; any other value's `stack` as it is.
exports.stackOf = (error) => {
  const stack = error?.stack;
  if (typeof stack !== "string" || !(error instanceof Error) || !isRaw(stack)) return stack;
  return whole(error, stack);
};

// What a program reads as `error.stack`; `error?.stack` is `stackOf`.
exports.readStack = (error) => {
  // Throws, as reading a property of nothing does.
  if (error === undefined || error === null) return error.stack;
  return exports.stackOf(error);
};

const define = (target, text) =>
  Object.defineProperty(target, "stack", { value: text, writable: true, configurable: true });

// Gives an error that the runtime makes for the program a `stack` in the known form.
exports.settle = (error) => define(error, exports.stackOf(error));

// Error.captureStackTrace in the known form; `capture` is the engine's, which keeps the stack an error was made with.
exports.capture = (capture, target, above) => {
  const holder = {};
  capture(holder, above);
  define(target, whole(target, holder.stack));
};
