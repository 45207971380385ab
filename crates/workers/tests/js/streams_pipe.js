const source = (...chunks) => ReadableStream.from(chunks);
const sink = (extra = {}) => {
  const events = [];
  const writable = new WritableStream({
    write: (chunk) => void events.push(chunk),
    close: () => void events.push("close"),
    abort: (reason) => void events.push(`abort ${reason}`),
    ...extra,
  });
  return { writable, events };
};

test("everything is written, then the destination is closed", async () => {
  const { writable, events } = sink();
  const readable = source(1, 2, 3);
  const done = readable.pipeTo(writable);
  assertEquals([readable.locked, writable.locked], [true, true]);
  assertEquals(await done, undefined);
  assertEquals(events, [1, 2, 3, "close"]);
  assertEquals([readable.locked, writable.locked], [false, false]);
});

test("preventClose leaves the destination open", async () => {
  const { writable, events } = sink();
  await source(1).pipeTo(writable, { preventClose: true });
  await source(2).pipeTo(writable);
  assertEquals(events, [1, 2, "close"]);
});

test("an error of the source aborts the destination", async () => {
  const { writable, events } = sink();
  const readable = new ReadableStream({ start: (controller) => controller.error(new RangeError("bad")) });
  await assertRejects(readable.pipeTo(writable), RangeError, "bad");
  assertEquals(events, ["abort RangeError: bad"]);
  const other = sink();
  const failing = new ReadableStream({ start: (controller) => controller.error(new RangeError("bad")) });
  await assertRejects(failing.pipeTo(other.writable, { preventAbort: true }), RangeError, "bad");
  assertEquals(other.events, []);
});

test("an error of the destination cancels the source", async () => {
  let reason;
  const readable = new ReadableStream({
    pull: (controller) => controller.enqueue(1),
    cancel: (given) => void (reason = given),
  });
  const { writable } = sink({
    write() {
      throw new RangeError("full");
    },
  });
  await assertRejects(readable.pipeTo(writable), RangeError, "full");
  assertEquals(reason.message, "full");
});

test("a closed destination cancels the source", async () => {
  let cancelled = false;
  const { writable } = sink();
  await writable.close();
  const readable = new ReadableStream({ cancel: () => void (cancelled = true) });
  await assertRejects(readable.pipeTo(writable), TypeError, "This destination writable stream is closed.");
  assertEquals(cancelled, true);
});

test("a signal stops the pipe and aborts both ends", async () => {
  let cancelled;
  const { writable, events } = sink();
  const readable = new ReadableStream({ cancel: (reason) => void (cancelled = reason) });
  const controller = new AbortController();
  const done = readable.pipeTo(writable, { signal: controller.signal });
  const reason = new RangeError("stop");
  controller.abort(reason);
  await assertRejects(done, RangeError, "stop");
  assertEquals([cancelled, events], [reason, ["abort RangeError: stop"]]);
});

test("a signal that is aborted already starts nothing", async () => {
  const { writable, events } = sink();
  await assertRejects(source(1).pipeTo(writable, { signal: AbortSignal.abort() }), "AbortError");
  assertEquals(events.length, 1);
});

test("a pipe waits for a slow destination", async () => {
  let given = 0;
  const readable = new ReadableStream(
    {
      pull(controller) {
        controller.enqueue(++given);
        if (given === 10) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  let most = 0;
  let written = 0;
  await readable.pipeTo(
    new WritableStream({
      async write() {
        await new Promise((resolve) => setTimeout(resolve, 1));
        written++;
        most = Math.max(most, given - written);
      },
    }),
  );
  assertEquals(written, 10);
  assert(most <= 2, `${most} chunks were under way`);
});

test("pipeThrough returns the readable side", async () => {
  const upper = new TransformStream({ transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()) });
  const chunks = [];
  for await (const chunk of source("a", "b").pipeThrough(upper)) chunks.push(chunk);
  assertEquals(chunks, ["A", "B"]);
});

test("wrong arguments", async () => {
  await assertRejects(
    source().pipeTo(5),
    TypeError,
    "Failed to execute 'pipeTo' on 'ReadableStream': parameter 1 is not of type 'WritableStream'.",
  );
  assertThrows(
    () => source().pipeThrough({}),
    TypeError,
    "Incorrect type for the 'readable' field on 'Transform': the provided value is not of type 'ReadableStream'.",
  );
  const { writable } = sink();
  writable.getWriter();
  await assertRejects(source().pipeTo(writable), TypeError, "This WritableStream is currently locked to a writer");
  await assertRejects(
    source().pipeTo(new WritableStream(), { signal: 5 }),
    TypeError,
    "Incorrect type for the 'signal' field on 'PipeToOptions': the provided value is not of type 'AbortSignal'.",
  );
});
