const bytes = (...values) => new Uint8Array(values);
const controlled = (extra = {}) => {
  let controller;
  const stream = new ReadableStream({ type: "bytes", start: (given) => void (controller = given), ...extra });
  return { stream, controller };
};

test("a default reader gets the chunks as they were enqueued", async () => {
  const { stream, controller } = controlled();
  const reader = stream.getReader();
  controller.enqueue(bytes(1, 2));
  controller.enqueue(new Uint16Array([0x0403]));
  controller.close();
  assertEquals((await reader.read()).value, bytes(1, 2));
  assertEquals((await reader.read()).value, bytes(3, 4));
  assertEquals((await reader.read()).done, true);
});

test("enqueue takes over the memory", async () => {
  const { controller } = controlled();
  const chunk = bytes(1, 2, 3);
  controller.enqueue(chunk);
  assertEquals(chunk.byteLength, 0);
});

test("a BYOB reader fills its view across chunks and keeps the rest for later", async () => {
  const { stream, controller } = controlled();
  controller.enqueue(bytes(1, 2));
  controller.enqueue(bytes(3, 4, 5));
  controller.close();
  const reader = stream.getReader({ mode: "byob" });
  const first = await reader.read(new Uint8Array(4));
  assertEquals([first.value, first.value.buffer.byteLength, first.done], [bytes(1, 2, 3, 4), 4, false]);
  assertEquals((await reader.read(new Uint8Array(4))).value, bytes(5));
  const end = await reader.read(new Uint8Array(4));
  assertEquals([end.value.byteLength, end.done], [0, true]);
});

test("read transfers the view's buffer", async () => {
  const { stream, controller } = controlled();
  controller.enqueue(bytes(7));
  const view = new Uint8Array(4);
  const { value } = await stream.getReader({ mode: "byob" }).read(view);
  assertEquals([view.byteLength, value.byteLength], [0, 1]);
});

test("views keep their type, and no element is split", async () => {
  const { stream, controller } = controlled();
  controller.enqueue(bytes(1, 0, 2));
  const reader = stream.getReader({ mode: "byob" });
  const first = await reader.read(new Uint16Array(4));
  assertEquals([first.value.constructor, first.value.length, first.value[0]], [Uint16Array, 1, 1]);
  const second = reader.read(new Uint16Array(1));
  controller.enqueue(bytes(3));
  assertEquals((await second).value[0], 0x0302);
});

test("a pending BYOB read is answered by enqueue", async () => {
  const { stream, controller } = controlled();
  const read = stream.getReader({ mode: "byob" }).read(new Uint8Array(2));
  controller.enqueue(bytes(1, 2, 3));
  assertEquals((await read).value, bytes(1, 2));
});

test("a source may write into the reader's memory", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull({ byobRequest }) {
      byobRequest.view.set([9, 8]);
      byobRequest.respond(2);
    },
  });
  const reader = stream.getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(5))).value, bytes(9, 8));
  assertEquals((await reader.readAtLeast(3, new Uint8Array(5))).value, bytes(9, 8, 9, 8));
  assertEquals((await reader.read(new Uint8Array(5), { min: 4 })).value, bytes(9, 8, 9, 8));
});

test("respondWithNewView hands memory back", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull({ byobRequest }) {
      const { view } = byobRequest;
      view[0] = 5;
      byobRequest.respondWithNewView(new Uint8Array(view.buffer.transfer(), 0, 1));
    },
  });
  assertEquals((await stream.getReader({ mode: "byob" }).read(new Uint8Array(3))).value, bytes(5));
});

test("an answered request is void", async () => {
  let request;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      request = controller.byobRequest;
      request.respond(1);
    },
  });
  await stream.getReader({ mode: "byob" }).read(new Uint8Array(3));
  assertEquals(request.view, null);
  assertThrows(() => request.respond(1), TypeError, "This ReadableStreamBYOBRequest has been invalidated.");
});

test("a source that responds with too little or too much", async () => {
  const errors = [];
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      for (const count of [0, 9]) {
        try {
          controller.byobRequest.respond(count);
        } catch (error) {
          errors.push(`${error}`);
        }
      }
      controller.enqueue(bytes(1));
    },
  });
  await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assertEquals(errors, [
    "TypeError: The bytesWritten must be more than zero while the stream is open.",
    "RangeError: Too many bytes [9] in response to a BYOB read request.",
  ]);
});

test("close with a pending BYOB read needs a response of zero", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      controller.close();
      controller.byobRequest.respond(0);
    },
  });
  const { value, done } = await stream.getReader({ mode: "byob" }).read(new Uint8Array(4));
  assertEquals([value.byteLength, done], [0, true]);
});

test("autoAllocateChunkSize gives a default reader's read a buffer", async () => {
  const stream = new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 8,
    pull({ byobRequest }) {
      assertEquals(byobRequest.view.byteLength, 8);
      byobRequest.view[0] = 1;
      byobRequest.respond(1);
    },
  });
  assertEquals((await stream.getReader().read()).value, bytes(1));
});

test("a source is offered a buffer even without autoAllocateChunkSize", async () => {
  let offered;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      offered = controller.byobRequest.view.byteLength;
      controller.enqueue(bytes(1));
    },
  });
  assertEquals((await stream.getReader().read()).value, bytes(1));
  assertEquals(offered, 4096);
});

test("bytes written for a released reader go to the next", async () => {
  let request;
  const stream = new ReadableStream({
    type: "bytes",
    pull(controller) {
      request ??= controller.byobRequest;
      return new Promise(() => {});
    },
  });
  const first = stream.getReader({ mode: "byob" });
  const read = first.read(new Uint8Array(4));
  await null;
  await null;
  first.releaseLock();
  await assertRejects(read, TypeError, "This ReadableStream reader has been released.");
  const second = stream.getReader();
  const next = second.read();
  request.view[0] = 42;
  request.respond(1);
  assertEquals((await next).value, bytes(42));
});

test("cancel answers pending BYOB reads without a view", async () => {
  const { stream } = controlled();
  const reader = stream.getReader({ mode: "byob" });
  const read = reader.read(new Uint8Array(4));
  await reader.cancel();
  assertEquals(await read, { value: undefined, done: true });
});

test("tee copies the bytes for the second branch", async () => {
  const { stream, controller } = controlled();
  const [one, other] = stream.tee();
  controller.enqueue(bytes(1, 2));
  controller.close();
  const { value } = await one.getReader().read();
  value[0] = 99;
  const reader = other.getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(8))).value, bytes(1, 2));
  assertEquals((await reader.read(new Uint8Array(8))).done, true);
});

test("wrong arguments", async () => {
  const reader = () => new ReadableStream({ type: "bytes" }).getReader({ mode: "byob" });
  await assertRejects(
    reader().read(),
    TypeError,
    "Failed to execute 'read' on 'ReadableStreamBYOBReader': parameter 1 is not of type 'ArrayBufferView'.",
  );
  await assertRejects(
    reader().read(new Uint8Array(0)),
    TypeError,
    'You must call read() on a "byob" reader with a positive-sized TypedArray object.',
  );
  await assertRejects(reader().read(new Uint8Array(4), { min: 5 }), TypeError, "Minimum bytes to read (5) exceeds size of buffer (4).");
  await assertRejects(reader().read(new Uint8Array(4), { min: 0 }), TypeError, "Requested invalid minimum number of bytes to read (0).");
  assertThrows(
    () => new ReadableStream().getReader({ mode: "byob" }),
    TypeError,
    "This ReadableStream does not support BYOB reads.",
  );
  assertThrows(
    () => new ReadableStream({ type: "bytes", autoAllocateChunkSize: 0 }),
    TypeError,
    "The autoAllocateChunkSize option cannot be zero.",
  );
  const { controller } = controlled();
  assertThrows(
    () => controller.enqueue(1),
    TypeError,
    "Failed to execute 'enqueue' on 'ReadableByteStreamController': parameter 1 is not of type 'BufferSource'.",
  );
  assertThrows(() => controller.enqueue(bytes()), TypeError, "Cannot enqueue a zero-length ArrayBuffer.");
  controller.close();
  assertThrows(() => controller.enqueue(bytes(1)), TypeError, "This ReadableByteStreamController is closed.");
  assertThrows(() => controller.close(), TypeError, "This ReadableStream is closed.");
});
