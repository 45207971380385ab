const all = async (stream) => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};
const controlled = (extra = {}, strategy = undefined) => {
  let controller;
  const stream = new ReadableStream({ start: (given) => void (controller = given), ...extra }, strategy);
  return { stream, controller };
};

test("chunks come out in order, then the end", async () => {
  const { stream, controller } = controlled();
  controller.enqueue("a");
  controller.enqueue("b");
  controller.close();
  const reader = stream.getReader();
  assertEquals(await reader.read(), { value: "a", done: false });
  assertEquals(await reader.read(), { value: "b", done: false });
  assertEquals(await reader.read(), { value: undefined, done: true });
  assertEquals(await reader.closed, undefined);
});

test("a pending read gets the next chunk", async () => {
  const { stream, controller } = controlled();
  const reader = stream.getReader();
  const reads = [reader.read(), reader.read(), reader.read()];
  controller.enqueue(1);
  controller.enqueue(2);
  controller.close();
  assertEquals(await Promise.all(reads), [
    { value: 1, done: false },
    { value: 2, done: false },
    { value: undefined, done: true },
  ]);
});

test("pull is called while there is room, one call at a time", async () => {
  let calls = 0;
  let running = 0;
  const stream = new ReadableStream(
    {
      async pull(controller) {
        assertEquals(++running, 1);
        calls++;
        await null;
        controller.enqueue(calls);
        running--;
        if (calls === 5) controller.close();
      },
    },
    { highWaterMark: 2 },
  );
  await null;
  await null;
  await null;
  await null;
  await null;
  await null;
  assertEquals(calls, 2);
  assertEquals(await all(stream), [1, 2, 3, 4, 5]);
});

test("desiredSize follows the strategy", () => {
  const { controller } = controlled({}, { highWaterMark: 10, size: (chunk) => chunk.length });
  assertEquals(controller.desiredSize, 10);
  controller.enqueue("abcd");
  assertEquals(controller.desiredSize, 6);
  controller.enqueue("abcdefgh");
  assertEquals(controller.desiredSize, -2);
});

test("an error reaches reads, closed and later readers", async () => {
  const { stream, controller } = controlled();
  const reader = stream.getReader();
  const read = reader.read();
  controller.error(new RangeError("broken"));
  await assertRejects(read, RangeError, "broken");
  await assertRejects(reader.closed, RangeError, "broken");
  await assertRejects(reader.read(), RangeError, "broken");
  reader.releaseLock();
  await assertRejects(stream.getReader().read(), RangeError, "broken");
  assertEquals(controller.desiredSize, null);
});

test("a source that throws or rejects errors the stream", async () => {
  const boom = () => {
    throw new RangeError("boom");
  };
  await assertRejects(new ReadableStream({ start: boom }).getReader().read(), RangeError, "boom");
  await assertRejects(new ReadableStream({ pull: boom }).getReader().read(), RangeError, "boom");
  await assertRejects(new ReadableStream({ pull: () => Promise.reject(new RangeError("no")) }).getReader().read(), RangeError, "no");
});

test("cancel tells the source why and drops what was queued", async () => {
  let reason;
  const { stream, controller } = controlled({ cancel: (given) => void (reason = given) });
  controller.enqueue("lost");
  assertEquals(await stream.cancel("enough"), undefined);
  assertEquals(reason, "enough");
  assertEquals(await stream.getReader().read(), { value: undefined, done: true });
});

test("what cancel of the source throws is what cancel rejects with", async () => {
  const stream = new ReadableStream({
    cancel() {
      throw new RangeError("cannot");
    },
  });
  await assertRejects(stream.cancel(), RangeError, "cannot");
});

test("a locked stream refuses", async () => {
  const locked = "This ReadableStream is currently locked to a reader.";
  const stream = new ReadableStream();
  stream.getReader();
  assertEquals(stream.locked, true);
  assertThrows(() => stream.getReader(), TypeError, locked);
  assertThrows(() => stream.values(), TypeError, locked);
  assertThrows(() => stream.tee(), TypeError, "This ReadableStream is currently locked to a reader,");
  await assertRejects(stream.cancel(), TypeError, locked);
  await assertRejects(stream.pipeTo(new WritableStream()), TypeError, locked);
});

test("a released reader is of no use, and the stream is free again", async () => {
  const released = "This ReadableStream reader has been released.";
  const { stream, controller } = controlled();
  const reader = stream.getReader();
  const pending = reader.read();
  reader.releaseLock();
  await assertRejects(pending, TypeError, released);
  await assertRejects(reader.read(), TypeError, released);
  await assertRejects(reader.closed, TypeError, released);
  await assertRejects(reader.cancel(), TypeError, released);
  assertEquals(stream.locked, false);
  controller.enqueue("kept");
  assertEquals((await stream.getReader().read()).value, "kept");
});

test("the controller refuses what comes too late", () => {
  const { controller } = controlled();
  controller.close();
  assertThrows(() => controller.close(), TypeError, "This ReadableStream is closed.");
  assertThrows(() => controller.enqueue(1), TypeError, "Unable to enqueue");
  controller.error(new Error("ignored"));
});

test("wrong arguments", () => {
  assertThrows(
    () => new ReadableStream(5),
    TypeError,
    "Failed to construct 'ReadableStream': constructor parameter 1 is not of type 'UnderlyingSource'.",
  );
  assertThrows(
    () => new ReadableStream({ pull: 5 }),
    TypeError,
    "Incorrect type for the 'pull' field on 'UnderlyingSource': the provided value is not of type 'function'.",
  );
  assertThrows(() => new ReadableStream({ type: "foo" }), TypeError, '"foo" is not a valid type of ReadableStream.');
  assertThrows(
    () => new ReadableStream({}, { highWaterMark: -1 }),
    TypeError,
    "The value cannot be converted because it is negative and this API expects a positive bigint.",
  );
  assertThrows(() => new ReadableStreamDefaultController(), TypeError, "Illegal constructor");
  assertThrows(() => new ReadableStream().getReader({ mode: "x" }), TypeError, "mode must be undefined or 'byob' in call to getReader().");
  assertThrows(() => ReadableStream.prototype.tee.call({}), TypeError, /^Illegal invocation/);
  new ReadableStream(null);
});

test("an iteration that is left cancels the stream, unless told not to", async () => {
  let cancelled = 0;
  const make = () => new ReadableStream({ pull: (controller) => controller.enqueue(1), cancel: () => void cancelled++ });
  const one = make();
  for await (const chunk of one) if (chunk === 1) break;
  assertEquals([cancelled, one.locked], [1, false]);
  const other = make();
  for await (const chunk of other.values({ preventCancel: true })) if (chunk === 1) break;
  assertEquals([cancelled, other.locked], [1, false]);
  assertEquals((await other.getReader().read()).value, 1);
});

test("calls of an iterator's next queue up", async () => {
  const { stream, controller } = controlled();
  const iterator = stream[Symbol.asyncIterator]();
  const results = Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.return("r")]);
  controller.enqueue("a");
  controller.close();
  assertEquals(await results, [
    { value: "a", done: false },
    { value: undefined, done: true },
    { value: undefined, done: true },
    { value: "r", done: true },
  ]);
});

test("ReadableStream.from takes anything that iterates", async () => {
  assertEquals(await all(ReadableStream.from(["a", Promise.resolve("b")])), ["a", "b"]);
  assertEquals(await all(ReadableStream.from("xy")), ["x", "y"]);
  const generator = async function* () {
    yield 1;
    yield 2;
  };
  assertEquals(await all(ReadableStream.from(generator())), [1, 2]);
  assertThrows(
    () => ReadableStream.from(5),
    TypeError,
    "Failed to execute 'from' on 'ReadableStream': parameter 1 is not of type 'AsyncGenerator'.",
  );
});

test("ReadableStream.from ends its generator when cancelled", async () => {
  let ended = false;
  const generator = async function* () {
    try {
      for (;;) yield 1;
    } finally {
      ended = true;
    }
  };
  for await (const chunk of ReadableStream.from(generator())) if (chunk === 1) break;
  assertEquals(ended, true);
});

test("tee gives both branches every chunk", async () => {
  const { stream, controller } = controlled();
  const [one, other] = stream.tee();
  assertEquals(stream.locked, true);
  const first = all(one);
  controller.enqueue("a");
  controller.enqueue("b");
  controller.close();
  assertEquals(await first, ["a", "b"]);
  assertEquals(await all(other), ["a", "b"]);
});

test("tee cancels its source once both branches are cancelled, with both reasons", async () => {
  let reason;
  const [one, other] = new ReadableStream({ cancel: (given) => void (reason = given) }).tee();
  const first = one.cancel("x");
  assertEquals(reason, undefined);
  await other.cancel("y");
  await first;
  assertEquals(reason, ["x", "y"]);
});

test("tee passes an error to both branches", async () => {
  const { stream, controller } = controlled();
  const [one, other] = stream.tee();
  controller.error(new RangeError("lost"));
  await assertRejects(one.getReader().read(), RangeError, "lost");
  await assertRejects(other.getReader().read(), RangeError, "lost");
});

test("a source that enqueues in pull without end does not exhaust the stack", async () => {
  let left = 20000;
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(left);
      if (--left === 0) controller.close();
    },
  });
  assertEquals((await all(stream)).length, 20000);
});

test("classes extend and look like the platform's", () => {
  class Mine extends ReadableStream {
    extra = 1;
  }
  const mine = new Mine({ start: (controller) => controller.close() });
  assertEquals([mine instanceof ReadableStream, mine.extra, mine.locked], [true, 1, false]);
  assertEquals(String(mine), "[object ReadableStream]");
  assertEquals(Object.keys(ReadableStream.prototype).includes("getReader"), true);
  assertEquals(ReadableStream.prototype.values, ReadableStream.prototype[Symbol.asyncIterator]);
});
