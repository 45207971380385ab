const { extractResponse, responseFromHost } = require("fetch/response");

const RANGE = "Responses may only be constructed with status codes in the range 200 to 599, inclusive.";
const NULL_BODY = "Response with null body status (101, 204, 205, or 304) cannot have a body.";
class WebSocket {}
mock("websocket", { WebSocket });

test("defaults", () => {
  const response = new Response();
  assertEquals(
    [response.status, response.statusText, response.ok, response.type, response.url, response.redirected],
    [200, "OK", true, "default", "", false],
  );
  assertEquals([response.body, response.bodyUsed, response.webSocket, response.cf, [...response.headers]], [null, false, null, undefined, []]);
});

test("statuses", () => {
  assertEquals([new Response(null, { status: "404" }).status, new Response(null, { status: 200.9 }).status], [404, 200]);
  assertEquals([new Response(null, { status: 299 }).ok, new Response(null, { status: 300 }).ok], [true, false]);
  for (const status of [0, 101, 199, 600, -5, NaN, null, "abc"]) {
    assertThrows(() => new Response(null, { status }), RangeError, RANGE);
  }
  assertThrows(
    () => new Response(null, { status: 1e10 }),
    TypeError,
    "Value out of range. Must be between -2147483648 and 2147483647 (inclusive).",
  );
  assertThrows(() => new Response(null, { statusText: "a\nb" }), TypeError, "Invalid statusText");
});

test("statuses without a body", () => {
  for (const status of [204, 205, 304]) {
    assertThrows(() => new Response("x", { status }), TypeError, NULL_BODY);
    const empty = new Response("", { status });
    assertEquals([empty.body, [...empty.headers]], [null, []]);
  }
  assertThrows(() => new Response(new ReadableStream(), { status: 204 }), TypeError, NULL_BODY);
  assertThrows(() => Response.json({}, { status: 204 }), TypeError, NULL_BODY);
});

test("a WebSocket goes with status 101 and nothing else", () => {
  const webSocket = new WebSocket();
  const response = new Response(null, { status: 101, webSocket });
  assertEquals([response.status, response.webSocket], [101, webSocket]);
  const only101 = "Responses with a WebSocket must have status code 101.";
  assertThrows(() => new Response(null, { webSocket }), RangeError, only101);
  assertThrows(() => new Response("x", { status: 101, webSocket }), TypeError, NULL_BODY);
  assertThrows(() => new Response(null, { status: 101, webSocket: undefined }), RangeError, RANGE);
  assertThrows(() => new Response(null, { status: 101, webSocket: null }), RangeError, RANGE);
  assertThrows(
    () => new Response(null, { status: 101, webSocket: {} }),
    TypeError,
    "Incorrect type for the 'webSocket' field on 'InitializerDict': the provided value is not of type 'WebSocket'.",
  );
  assertThrows(() => response.clone(), TypeError, "Cannot clone a response to a WebSocket handshake.");
  assertEquals(new Response(null, response).webSocket, webSocket);
});

test("another response serves as options", () => {
  const other = new Response("y", { status: 404, statusText: "Gone", headers: { a: "b" }, cf: { c: 1 } });
  const response = new Response("x", other);
  assertEquals([response.status, response.statusText, response.cf.c], [404, "Gone", 1]);
  assertEquals([...response.headers], [["a", "b"], ["content-type", "text/plain;charset=UTF-8"]]);
  response.headers.set("a", "changed");
  assertEquals(other.headers.get("a"), "b");
  const manual = new Response("x", new Response("y", { encodeBody: "manual" }));
  assertEquals(extractResponse(manual).encodeBody, "manual");
});

test("options that are refused", () => {
  assertThrows(
    () => new Response(null, 5),
    TypeError,
    "Failed to construct 'Response': constructor parameter 2 is not of type 'InitializerDict or Response'.",
  );
  assertThrows(
    () => new Response(null, { headers: 5 }),
    TypeError,
    "Incorrect type for the 'headers' field on 'InitializerDict': the provided value is not of type 'Headers or Sequence or object'.",
  );
  assertThrows(() => new Response(null, { encodeBody: "x" }), TypeError, "encodeBody: unexpected value: x");
  assertEquals(new Response("x", null).status, 200);
});

test("Response.json", async () => {
  const response = Response.json({ a: [1] }, { status: 201, headers: { x: "y" } });
  assertEquals([response.status, [...response.headers]], [201, [["content-type", "application/json"], ["x", "y"]]]);
  assertEquals(await response.json(), { a: [1] });
  assertEquals(Response.json(1, { headers: { "Content-Type": "x/y" } }).headers.get("content-type"), "x/y");
  assertThrows(() => Response.json(), TypeError, "Failed to execute 'json' on 'Response': parameter 1 is not of type 'Value'.");
});

test("Response.redirect", () => {
  const response = Response.redirect("http://a.example");
  assertEquals([response.status, response.headers.get("location")], [302, "http://a.example/"]);
  assertThrows(() => response.headers.set("a", "b"), TypeError, "Can't modify immutable headers.");
  assertEquals(Response.redirect("http://a.example/", 308).status, 308);
  assertThrows(() => Response.redirect("/x"), TypeError, "Unable to parse URL: /x");
  assertThrows(
    () => Response.redirect("http://a.example/", 304),
    RangeError,
    "304 is not a redirect status code. It must be one of: 301, 302, 303, 307, or 308.",
  );
});

test("Response.error", () => {
  const response = Response.error();
  assertEquals([response.type, response.status, response.ok, response.body], ["error", 0, false, null]);
});

test("extraction keeps simple responses simple", () => {
  const response = new Response("hello", { headers: { "Content-Type": "text/html" } });
  assertEquals(extractResponse(response), {
    status: 200,
    statusText: "OK",
    headers: ["content-type", "text/html"],
    body: "hello",
    webSocket: null,
    cf: undefined,
    encodeBody: "automatic",
  });
  assertEquals(response.bodyUsed, true);
  assertThrows(() => extractResponse(response), TypeError, /^Body has already been used/);
  const touched = new Response("x");
  touched.headers.set("a", "b");
  assertEquals(extractResponse(touched).headers, ["content-type", "text/plain;charset=UTF-8", "a", "b"]);
  const stream = new ReadableStream();
  assertEquals(extractResponse(new Response(stream)).body, stream);
  const looked = new Response(new Uint8Array([1]));
  assert(looked.body !== null);
  assertEquals(extractResponse(looked).body, new Uint8Array([1]));
});

test("a body that the host does not know by number leaves as a stream", async () => {
  let left = new Uint8Array([65]);
  const body = { pull: async () => [left, (left = null)][0], cancel() {} };
  const stream = extractResponse(responseFromHost({ status: 200, headers: [], body })).body;
  assertEquals([stream instanceof ReadableStream, await new Response(stream).text()], [true, "A"]);
});

test("a response that passes through keeps its host body", () => {
  const source = { bodyId: 3, length: 5, pull: async () => null, cancel() {} };
  const answer = responseFromHost({ status: 200, statusText: "OK", headers: ["a", "b"], body: source, url: "http://a.example/", redirected: true, webSocket: null });
  assertEquals([answer.statusText, answer.url, answer.redirected], ["OK", "http://a.example/", true]);
  assertThrows(() => answer.headers.set("a", "c"), TypeError, "Can't modify immutable headers.");
  const changed = new Response(answer.body, answer);
  changed.headers.set("a", "c");
  const parts = extractResponse(changed);
  assertEquals([parts.body, parts.headers], [source, ["a", "c"]]);
});

test("responses extend and have the platform's shape", () => {
  class Mine extends Response {
    get extra() {
      return this.status + 1;
    }
  }
  const mine = new Mine("q");
  assertEquals([mine.extra, mine instanceof Response, mine.clone().constructor === Response], [201, true, true]);
  const keys = [];
  for (const key in new Response()) keys.push(key);
  assertEquals(keys, (
    "clone status statusText headers ok redirected url webSocket cf type " +
    "body bodyUsed arrayBuffer bytes text json formData blob"
  ).split(" "));
  const { get } = Object.getOwnPropertyDescriptor(Response.prototype, "status");
  assertThrows(() => get.call(new Request("http://a.example/")), TypeError, /^Illegal invocation/);
  assertThrows(() => new (Object.getPrototypeOf(Response))(), TypeError, "Illegal constructor");
});
