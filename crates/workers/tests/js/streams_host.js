const { drain, hostStream, sourceOf, expectedLength } = require("streams");

const bytes = (...values) => new Uint8Array(values);
const hostBody = (...chunks) => {
  const calls = [];
  const source = {
    bodyId: 7,
    length: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
    async pull() {
      calls.push("pull");
      return chunks.shift() ?? null;
    },
    cancel: (reason) => void calls.push(`cancel ${reason}`),
  };
  return { source, calls };
};

test("an untouched stream gives its source back", () => {
  const { source, calls } = hostBody(bytes(1));
  const stream = hostStream(source);
  assertEquals([stream instanceof ReadableStream, stream.locked, expectedLength(stream)], [true, false, 1]);
  assertEquals(sourceOf(stream), source);
  assertEquals(calls, []);
});

test("a touched stream does not", async () => {
  const locked = hostStream(hostBody(bytes(1)).source);
  const reader = locked.getReader();
  assertEquals(sourceOf(locked), null);
  reader.releaseLock();
  const read = hostStream(hostBody(bytes(1)).source);
  await read.getReader().read();
  assertEquals(sourceOf(read), null);
  assertEquals(sourceOf(new ReadableStream()), null);
});

test("chunks are pulled when they are read; empty ones are passed over", async () => {
  const { source, calls } = hostBody(bytes(1, 2), bytes(), bytes(3));
  const reader = hostStream(source).getReader();
  assertEquals(calls, []);
  assertEquals((await reader.read()).value, bytes(1, 2));
  assertEquals(calls, ["pull"]);
  assertEquals((await reader.read()).value, bytes(3));
  assertEquals((await reader.read()).done, true);
});

test("BYOB reads split and end", async () => {
  const reader = hostStream(hostBody(bytes(1, 2, 3)).source).getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(2))).value, bytes(1, 2));
  assertEquals((await reader.read(new Uint8Array(2))).value, bytes(3));
  const { value, done } = await reader.read(new Uint8Array(2));
  assertEquals([value.byteLength, done], [0, true]);
});

test("cancel reaches the host", async () => {
  const { source, calls } = hostBody(bytes(1));
  await hostStream(source).cancel("enough");
  assertEquals(calls, ["cancel enough"]);
});

test("an error of the host is the stream's", async () => {
  const stream = hostStream({ bodyId: 1, pull: () => Promise.reject(new RangeError("lost")), cancel() {} });
  await assertRejects(stream.getReader().read(), RangeError, "lost");
});

test("drain hands over the source or reads the chunks", async () => {
  const { source } = hostBody(bytes(1));
  const untouched = hostStream(source);
  assertEquals(drain(untouched), source);
  assertEquals(untouched.locked, true);

  const stream = ReadableStream.from([bytes(1), new Uint16Array([2]).buffer, "text"]);
  const { pull } = drain(stream);
  assertEquals(await pull(), bytes(1));
  assertEquals(await pull(), bytes(2, 0));
  await assertRejects(pull(), TypeError, "This ReadableStream did not return bytes.");
});
