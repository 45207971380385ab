const collect = async (readable) => {
  const chunks = [];
  for await (const chunk of readable) chunks.push(chunk);
  return chunks;
};
const bytes = (...values) => new Uint8Array(values);
const feed = (stream, ...chunks) => ReadableStream.from(chunks).pipeThrough(stream);

test("without a transformer chunks pass", async () => {
  assertEquals(await collect(feed(new TransformStream(), 1, "b")), [1, "b"]);
});

test("start, transform and flush may enqueue", async () => {
  const stream = new TransformStream({
    start: (controller) => controller.enqueue("start"),
    transform: (chunk, controller) => controller.enqueue(chunk * 2),
    flush: (controller) => controller.enqueue("flush"),
  });
  assertEquals(await collect(feed(stream, 1, 2)), ["start", 2, 4, "flush"]);
});

test("transform may be asynchronous and give nothing", async () => {
  const stream = new TransformStream({
    async transform(chunk, controller) {
      await null;
      if (chunk % 2) controller.enqueue(chunk);
    },
  });
  assertEquals(await collect(feed(stream, 1, 2, 3)), [1, 3]);
});

test("writes wait until somebody reads", async () => {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  let written = false;
  const write = writer.write("x").then(() => (written = true));
  for (let turn = 0; turn < 10; turn++) await null;
  assertEquals(written, false);
  assertEquals((await readable.getReader().read()).value, "x");
  await write;
});

test("an error in transform fails both sides", async () => {
  const { readable, writable } = new TransformStream({
    transform() {
      throw new RangeError("bad chunk");
    },
  });
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const read = reader.read();
  await assertRejects(writer.write(1), RangeError, "bad chunk");
  await assertRejects(read, RangeError, "bad chunk");
  await assertRejects(writer.closed, RangeError, "bad chunk");
});

test("terminate ends one side and fails the other", async () => {
  let controller;
  const { readable, writable } = new TransformStream({ start: (given) => void (controller = given) });
  controller.terminate();
  assertEquals((await readable.getReader().read()).done, true);
  await assertRejects(writable.getWriter().write(1), TypeError, "The transform stream has been terminated");
  assertThrows(
    () => controller.enqueue(1),
    TypeError,
    "The readable side of this TransformStream is no longer readable.",
  );
});

test("cancelling the readable side fails the writable side and calls cancel", async () => {
  let reason;
  const { readable, writable } = new TransformStream({ cancel: (given) => void (reason = given) });
  const writer = writable.getWriter();
  await readable.cancel(new RangeError("no more"));
  assertEquals(reason.message, "no more");
  await assertRejects(writer.write(1), RangeError, "no more");
});

test("aborting the writable side fails the readable side", async () => {
  const { readable, writable } = new TransformStream();
  await writable.abort(new RangeError("away"));
  await assertRejects(readable.getReader().read(), RangeError, "away");
});

test("wrong arguments", () => {
  assertThrows(
    () => new TransformStream(5),
    TypeError,
    "Failed to construct 'TransformStream': constructor parameter 1 is not of type 'Transformer'.",
  );
  assertThrows(() => new TransformStream({ readableType: "bytes" }), TypeError, "transformer.readableType must be undefined.");
});

test("an identity stream passes bytes and takes strings as UTF-8", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  writer.write("é");
  writer.write(bytes(1, 2));
  writer.write(new Uint16Array([3]));
  writer.close();
  assertEquals(new Uint8Array(await new Response(readable).arrayBuffer()), bytes(0xc3, 0xa9, 1, 2, 3, 0));
});

test("an identity stream copies: the writer keeps its memory", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const chunk = bytes(1);
  const write = writable.getWriter().write(chunk);
  const { value } = await readable.getReader().read();
  value[0] = 9;
  await write;
  assertEquals(chunk, bytes(1));
});

test("an identity stream's write waits for its reader", async () => {
  const { readable, writable } = new IdentityTransformStream();
  let written = false;
  const write = writable.getWriter().write(bytes(1, 2)).then(() => (written = true));
  for (let turn = 0; turn < 10; turn++) await null;
  assertEquals(written, false);
  const reader = readable.getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(1))).value, bytes(1));
  assertEquals((await reader.read(new Uint8Array(1))).value, bytes(2));
  await write;
});

test("an identity stream refuses what is no bytes", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const text =
    "This TransformStream is being used as a byte stream, but received an object of " +
    "non-ArrayBuffer/ArrayBufferView type on its writable side.";
  await assertRejects(writable.getWriter().write(5), TypeError, text);
  await assertRejects(readable.getReader().read(), TypeError, text);
});

test("cancelling an identity stream fails its writer", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const write = writable.getWriter().write(bytes(1));
  await readable.cancel(new RangeError("cc"));
  await assertRejects(write, RangeError, "cc");
});

test("aborting an identity stream does not wait for a reader", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  await writer.ready;
  const write = writer.write(bytes(1));
  for (let turn = 0; turn < 10; turn++) await null;
  const aborted = writer.abort(new RangeError("away"));
  await assertRejects(write, RangeError, "away");
  await aborted;
  await assertRejects(readable.getReader().read(), RangeError, "away");
});

test("several reads of an identity stream wait at once", async () => {
  const { readable, writable } = new IdentityTransformStream();
  const reader = readable.getReader();
  const reads = [reader.read(), reader.read(), reader.read()];
  const writer = writable.getWriter();
  writer.write(bytes(1));
  writer.write(bytes(2));
  writer.close();
  assertEquals((await Promise.all(reads)).map(({ value, done }) => [value?.[0], done]), [[1, false], [2, false], [undefined, true]]);
});

test("a fixed-length stream takes exactly its length", async () => {
  const exact = new FixedLengthStream(2);
  const writer = exact.writable.getWriter();
  writer.write(bytes(65, 66));
  writer.close();
  assertEquals(await new Response(exact.readable).text(), "AB");

  const short = new FixedLengthStream(2);
  const reading = new Response(short.readable).text();
  const shortWriter = short.writable.getWriter();
  const write = shortWriter.write(bytes(65));
  const text = "FixedLengthStream did not see all expected bytes before close().";
  const closing = shortWriter.close();
  await assertRejects(reading, TypeError, text);
  await write;
  await assertRejects(closing, TypeError, text);

  const long = new FixedLengthStream(2);
  const longReading = new Response(long.readable).text();
  await assertRejects(
    long.writable.getWriter().write(bytes(1, 2, 3)),
    TypeError,
    "Attempt to write too many bytes through a FixedLengthStream.",
  );
  await assertRejects(longReading, TypeError, "Attempt to write too many bytes through a FixedLengthStream.");
});

test("fixed lengths", () => {
  assert(new FixedLengthStream(5n) instanceof IdentityTransformStream);
  assert(new FixedLengthStream(5) instanceof TransformStream);
  assertEquals(require("streams").expectedLength(new FixedLengthStream(5n).readable), 5);
  assertThrows(
    () => new FixedLengthStream(),
    TypeError,
    "Failed to construct 'FixedLengthStream': constructor parameter 1 is not of type 'bigint'.",
  );
  assertThrows(
    () => new FixedLengthStream(-1),
    TypeError,
    "The value cannot be converted because it is negative and this API expects a positive bigint.",
  );
});

test("text is encoded across split surrogate pairs", async () => {
  const chunks = await collect(feed(new TextEncoderStream(), "\ud83d", "\ude00", "\ud83d", "x", "\ud83d"));
  assertEquals(chunks.map((chunk) => [...chunk]), [
    [240, 159, 152, 128],
    [239, 191, 189, 120],
    [239, 191, 189],
  ]);
  assertEquals(new TextEncoderStream().encoding, "utf-8");
});

test("text is decoded across split sequences", async () => {
  assertEquals(await collect(feed(new TextDecoderStream(), bytes(0xc3), bytes(0xa9, 65))), ["éA"]);
  const stream = new TextDecoderStream("utf-8", { fatal: true });
  assertEquals([stream.encoding, stream.fatal, stream.ignoreBOM], ["utf-8", true, false]);
  await assertRejects(collect(feed(stream, bytes(0xc3))), TypeError, "Failed to decode input.");
});
