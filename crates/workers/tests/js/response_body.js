const USED = "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.";
const bytes = (...values) => new Uint8Array(values);
const typed = (text, type) => new Response(text, { headers: { "content-type": type } });

test("every way to read a body", async () => {
  assertEquals(await new Response("é").text(), "é");
  assertEquals(new Uint8Array(await new Response("é").arrayBuffer()), bytes(0xc3, 0xa9));
  assertEquals(await new Response("é").bytes(), bytes(0xc3, 0xa9));
  assertEquals(await new Response('{"a":1}').json(), { a: 1 });
  const blob = await typed("x", "TEXT/Html; Charset=UTF-8").blob();
  assertEquals([blob.size, blob.type], [1, "text/html;charset=UTF-8"]);
});

test("what bodies are made from", async () => {
  const text = (body) => new Response(body).text();
  assertEquals(await text(bytes(65, 66)), "AB");
  assertEquals(await text(bytes(65, 66).buffer), "AB");
  assertEquals(await text(new DataView(bytes(64, 65, 66).buffer, 1)), "AB");
  assertEquals(await text(new Blob(["a", "b"])), "ab");
  assertEquals(await text(new URLSearchParams("a=b&c= d")), "a=b&c=+d");
  assertEquals(await text(new String("abc")), "abc");
  assertEquals(await text({ a: 1 }), "[object Object]");
  assertEquals(await text(true), "true");
  assertEquals(await text(ReadableStream.from([bytes(65), bytes(66).buffer])), "AB");
  assertThrows(() => new Response(Symbol()), TypeError);
});

test("iterables are bodies of several chunks", async () => {
  const generator = async function* () {
    yield bytes(65);
    yield bytes(66);
  };
  assertEquals(await new Response(generator()).text(), "AB");
  assertEquals(await new Response([bytes(65)]).text(), "A");
  await assertRejects(new Response(["a"]).text(), TypeError, "This ReadableStream did not return bytes.");
});

test("a buffer is copied when the body is made", async () => {
  const buffer = bytes(65);
  const response = new Response(buffer);
  buffer[0] = 66;
  assertEquals(await response.text(), "A");
});

test("a body is read once", async () => {
  const response = new Response("x");
  assertEquals(response.bodyUsed, false);
  const reading = response.text();
  assertEquals([response.bodyUsed, response.body.locked], [true, true]);
  await reading;
  await assertRejects(response.text(), TypeError, USED);
  await assertRejects(response.json(), TypeError, USED);
  const none = new Response(null);
  assertEquals([await none.text(), await none.text(), none.bodyUsed], ["", "", false]);
});

test("byte order marks are dropped from text, not from bytes", async () => {
  assertEquals(await new Response("\ufeffabc").text(), "abc");
  assertEquals(await new Response(bytes(0xef, 0xbb, 0xbf, 65)).text(), "A");
  assertEquals(await new Response('\ufeff{"a":1}').json(), { a: 1 });
  assertEquals((await new Response("\ufeffabc").arrayBuffer()).byteLength, 6);
});

test("bytes that are no UTF-8, and lone surrogates, are replaced", async () => {
  assertEquals(await new Response(bytes(0xff, 65)).text(), "\ufffdA");
  assertEquals(await new Response("\ud800").text(), "\ufffd");
});

test("JSON that does not parse", async () => {
  await assertRejects(new Response("").json(), SyntaxError, "Unexpected end of JSON input");
  await assertRejects(new Response(null).json(), SyntaxError, "Unexpected end of JSON input");
  await assertRejects(new Response("{").json(), SyntaxError);
});

test("the stream of a body", async () => {
  const response = new Response("xyz");
  const { body } = response;
  assertEquals([body === response.body, body.locked, response.bodyUsed], [true, false, false]);
  const reader = body.getReader();
  assertEquals(response.bodyUsed, false);
  await assertRejects(response.text(), TypeError, "This ReadableStream is currently locked to a reader.");
  assertEquals((await reader.read()).value, bytes(120, 121, 122));
  assertEquals([response.bodyUsed, (await reader.read()).done], [true, true]);
  reader.releaseLock();
  await assertRejects(response.text(), TypeError, USED);
});

test("the stream of a body takes BYOB reads and tees", async () => {
  const reader = new Response("xyz").body.getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(2))).value, bytes(120, 121));
  assertEquals((await reader.read(new Uint8Array(2))).value, bytes(122));
  assertEquals((await reader.read(new Uint8Array(2))).done, true);
  const [one, other] = new Response("xyz").body.tee();
  assertEquals([await new Response(one).text(), await new Response(other).text()], ["xyz", "xyz"]);
  assertEquals(await new Response(new Response("").body).text(), "");
});

test("streams that cannot be bodies", async () => {
  const locked = ReadableStream.from([bytes(1)]);
  const reader = locked.getReader();
  assertThrows(() => new Response(locked), TypeError, "This ReadableStream is locked to a reader, and cannot be used as a body.");
  await reader.read();
  reader.releaseLock();
  assertThrows(
    () => new Response(locked),
    TypeError,
    "This ReadableStream is disturbed (has already been read from), and cannot be used as a body.",
  );
});

test("errors of a stream are the reader's", async () => {
  const failing = new ReadableStream({ start: (controller) => controller.error(new RangeError("boo")) });
  await assertRejects(new Response(failing).text(), RangeError, "boo");
  let cancelled;
  const strings = new ReadableStream({
    pull: (controller) => controller.enqueue("text"),
    cancel: (reason) => void (cancelled = reason),
  });
  await assertRejects(new Response(strings).text(), TypeError, "This ReadableStream did not return bytes.");
  assert(cancelled instanceof TypeError);
});

test("clones have bodies of their own", async () => {
  for (const body of ["x", bytes(120), new Blob(["x"]), ReadableStream.from([bytes(120)])]) {
    const response = new Response(body, { status: 201, statusText: "q", headers: { a: "b" } });
    const clone = response.clone();
    clone.headers.set("a", "c");
    assertEquals([clone.status, clone.statusText, response.headers.get("a")], [201, "q", "b"]);
    const own = await clone.bytes();
    own[0] = 0;
    assertEquals(await response.text(), "x");
  }
  const used = new Response("x");
  await used.text();
  assertThrows(() => used.clone(), TypeError, "This ReadableStream is currently locked to a reader,");
});

test("host bodies are read whole, in chunks or not", async () => {
  const { requestFromHost } = require("fetch/request");
  const from = (...chunks) =>
    requestFromHost({
      method: "POST",
      url: "http://a.example/",
      headers: ["content-type", "text/plain"],
      body: { bodyId: 1, pull: async () => chunks.shift() ?? null, cancel() {} },
    });
  assertEquals(await from(bytes(0xc3), bytes(0xa9)).text(), "é");
  assertEquals(await from().text(), "");
  assertEquals(await from(bytes(1)).bytes(), bytes(1));
  const request = from(bytes(65), bytes(66));
  const clone = request.clone();
  assertEquals([await request.text(), await clone.text()], ["AB", "AB"]);
});

test("reading methods need a body", async () => {
  await assertRejects(Response.prototype.text.call({}), TypeError, /^Illegal invocation/);
});
