const recording = (extra = {}, strategy = undefined) => {
  const events = [];
  const stream = new WritableStream(
    {
      write: (chunk) => void events.push(`write ${chunk}`),
      close: () => void events.push("close"),
      abort: (reason) => void events.push(`abort ${reason}`),
      ...extra,
    },
    strategy,
  );
  return { stream, events };
};

test("chunks reach the sink one at a time and in order", async () => {
  let running = 0;
  const seen = [];
  const writer = new WritableStream({
    async write(chunk) {
      assertEquals(++running, 1);
      await null;
      seen.push(chunk);
      running--;
    },
  }).getWriter();
  await Promise.all([writer.write(1), writer.write(2), writer.write(3)]);
  assertEquals(seen, [1, 2, 3]);
});

test("close comes after the writes", async () => {
  const { stream, events } = recording();
  const writer = stream.getWriter();
  writer.write("a");
  writer.write("b");
  await writer.close();
  await writer.closed;
  assertEquals(events, ["write a", "write b", "close"]);
});

test("ready and desiredSize tell about room", async () => {
  let finish;
  const { stream } = recording({ write: () => new Promise((resolve) => (finish = resolve)) }, { highWaterMark: 2 });
  const writer = stream.getWriter();
  await writer.ready;
  assertEquals(writer.desiredSize, 2);
  writer.write("a");
  assertEquals(writer.desiredSize, 1);
  writer.write("b");
  assertEquals(writer.desiredSize, 0);
  let ready = false;
  writer.ready.then(() => (ready = true));
  await null;
  await null;
  assertEquals(ready, false);
  finish();
  await writer.ready;
  assertEquals(writer.desiredSize, 1);
});

test("an error of the sink fails this write and the following", async () => {
  const { stream } = recording({
    write() {
      throw new RangeError("full");
    },
  });
  const writer = stream.getWriter();
  const queued = [writer.write(1), writer.write(2)];
  await assertRejects(queued[0], RangeError, "full");
  await assertRejects(queued[1], RangeError, "full");
  await assertRejects(writer.write(3), RangeError, "full");
  await assertRejects(writer.closed, RangeError, "full");
  await assertRejects(writer.ready, RangeError, "full");
  assertEquals(writer.desiredSize, null);
});

test("abort drops the queue and tells the sink", async () => {
  const { stream, events } = recording({ start: () => new Promise((resolve) => setTimeout(resolve, 1)) });
  const writer = stream.getWriter();
  const write = writer.write("lost");
  const aborted = writer.abort("why");
  await assertRejects(write.catch((reason) => Promise.reject(new Error(reason))), Error, "why");
  await aborted;
  assertEquals(events, ["abort why"]);
});

test("abort waits for the write that has begun", async () => {
  let finish;
  const events = [];
  const writer = new WritableStream({
    write: () => new Promise((resolve) => (finish = resolve)),
    abort: () => void events.push("abort"),
  }).getWriter();
  await writer.ready;
  const write = writer.write(1);
  await null;
  await null;
  const aborted = writer.abort("x");
  await null;
  assertEquals(events, []);
  finish();
  await write;
  await aborted;
  assertEquals(events, ["abort"]);
});

test("the sink's signal is aborted at once", async () => {
  let signal;
  const stream = new WritableStream({ start: (controller) => void (signal = controller.signal) });
  assertEquals(signal.aborted, false);
  const aborted = stream.abort("now");
  assertEquals([signal.aborted, signal.reason], [true, "now"]);
  await aborted;
});

test("the controller's error fails the stream", async () => {
  let controller;
  const stream = new WritableStream({ start: (given) => void (controller = given) });
  const writer = stream.getWriter();
  controller.error(new RangeError("gone"));
  await assertRejects(writer.closed, RangeError, "gone");
  await assertRejects(writer.close(), RangeError, "gone");
});

test("refusals", async () => {
  const stream = new WritableStream();
  const writer = stream.getWriter();
  assertThrows(() => stream.getWriter(), TypeError, "This WritableStream is currently locked to a writer.");
  await assertRejects(stream.close(), TypeError, "This WritableStream is currently locked to a writer.");
  await assertRejects(stream.abort(), TypeError, "This WritableStream is currently locked to a writer.");
  const closed = writer.close();
  await assertRejects(writer.close(), TypeError, "This WritableStream has been closed.");
  await assertRejects(writer.write(1), TypeError, "This WritableStream has been closed.");
  await closed;
  writer.releaseLock();
  const released = "This WritableStream writer has been released.";
  await assertRejects(writer.write(1), TypeError, released);
  await assertRejects(writer.closed, TypeError, released);
  await assertRejects(writer.ready, TypeError, released);
  assertThrows(() => writer.desiredSize, TypeError, released);
  assertThrows(
    () => new WritableStream({ write: 5 }),
    TypeError,
    "Incorrect type for the 'write' field on 'UnderlyingSink': the provided value is not of type 'function'.",
  );
  assertThrows(() => new WritableStreamDefaultController(), TypeError, "Illegal constructor");
});

test("strategies", () => {
  const mark = { highWaterMark: 5 };
  assertEquals(new ByteLengthQueuingStrategy(mark).size(new Uint8Array(4)), 4);
  assertEquals(new ByteLengthQueuingStrategy(mark).highWaterMark, 5);
  assertEquals(new CountQueuingStrategy(mark).size("anything"), 1);
  assertThrows(
    () => new CountQueuingStrategy(),
    TypeError,
    "Failed to construct 'CountQueuingStrategy': constructor parameter 1 is not of type 'QueuingStrategyInit'.",
  );
  const { stream } = recording({}, new ByteLengthQueuingStrategy({ highWaterMark: 10 }));
  const writer = stream.getWriter();
  writer.write(new Uint8Array(4));
  assertEquals(writer.desiredSize, 6);
});
