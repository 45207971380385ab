// Streamed bodies between this isolate and the host.
//
// A body has a number. Reading: `source(number)` is a host body source as `streams/host` takes it. Writing:
// `open(stream)` gives the number under which the host reads what a program's ReadableStream yields.

const context = require("context");
const budgets = require("budget");

const { bodies } = native;

const WRITTEN = 0;
const WAIT = 1;

// Readers that wait for a chunk, and writers that wait for room, by body number.
const reading = new Map();
const writing = new Map();

exports.source = (number, length) => ({
  bodyId: number,
  length,
  pull() {
    // A chunk, null at the end, or undefined when it is not there yet.
    const chunk = bodies.pull(number, context.owner, context.section);
    if (chunk !== undefined) return Promise.resolve(chunk);
    const { invocation } = context;
    const budget = budgets.own();
    return new Promise((resolve, reject) => reading.set(number, { resolve, reject, invocation, budget }));
  },
  cancel() {
    reading.delete(number);
    bodies.cancel(number);
  },
});

// The host has the next chunk of body `number` (null: its end; `error`: it failed).
exports.chunk = (number, bytes, error) => {
  const reader = reading.get(number);
  if (reader === undefined) return;
  reading.delete(number);
  if (!budgets.resume(reader.budget)) return;
  context.invocation = reader.invocation;
  if (error === undefined) reader.resolve(bytes);
  else reader.reject(new Error(error));
};

// The host has room again in body `number`, or nobody reads it any more.
exports.room = (number, open) => {
  const writer = writing.get(number);
  writing.delete(number);
  if (writer !== undefined && budgets.resume(writer.budget)) writer.resolve(open);
};

// Bodies that are being written, by number, and what to do when nobody reads them any more.
const written = new Map();

exports.whenRefused = (number, run) => {
  if (written.has(number)) written.set(number, run);
};

// Whether somebody waits for a chunk.
exports.isReading = () => reading.size > 0;

// `encode` makes bytes of text; without it, text is refused. `invocation` goes on until all is written.
exports.open = (stream, encode = undefined, invocation = context.invocation) => {
  const number = bodies.open(context.owner);
  pump(stream, number, encode, invocation);
  return number;
};

async function pump(stream, number, encode, invocation) {
  const reader = stream.getReader();
  const budget = budgets.own();
  budgets.writes(number);
  written.set(number, null);
  invocation?.enter();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const room = bodies.write(number, bytesOf(value, encode), context.owner, context.section);
      if (room === WRITTEN) continue;
      if (room === WAIT && (await new Promise((resolve) => writing.set(number, { resolve, budget })))) continue;
      bodies.cancel(number);
      written.get(number)?.();
      await reader.cancel(new Error("The reader of this body went away."));
      return;
    }
    bodies.end(number);
  } catch (error) {
    bodies.fail(number, String(error?.message ?? error));
  } finally {
    budgets.wrote(budget, number);
    written.delete(number);
    invocation?.leave();
  }
}

function bytesOf(chunk, encode) {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (typeof chunk === "string") {
    if (encode !== undefined) return encode(chunk);
    throw new TypeError(
      "This TransformStream is being used as a byte stream, but received a string on its writable side. If you wish to write a string, you'll probably want to explicitly UTF-8-encode it with TextEncoder.",
    );
  }
  throw new TypeError("Received non-ArrayBuffer/ArrayBufferView chunk in a body stream.");
}
