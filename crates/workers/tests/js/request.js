const { extractRequest, requestFromHost } = require("fetch/request");

const url = "http://a.example/";
const fromHost = (parts = {}) =>
  requestFromHost({ method: "GET", url, headers: ["host", "a.example", "upgrade", "websocket"], body: null, cf: undefined, ...parts });

test("defaults", () => {
  const request = new Request(url);
  assertEquals(
    [request.method, request.url, request.redirect, request.body, request.bodyUsed, request.cf, request.fetcher],
    ["GET", url, "follow", null, false, undefined, null],
  );
  assertEquals([request.integrity, request.keepalive, request.cache], ["", false, undefined]);
  assertEquals([...request.headers], []);
  assertEquals(request.headers, request.headers);
  assert(request.signal instanceof AbortSignal);
  assertEquals(request.signal, request.signal);
});

test("URLs must be absolute", () => {
  assertEquals(new Request("http://A.example").url, url);
  assertEquals(new Request(new URL(url)).url, url);
  assertEquals(new Request({ toString: () => url }).url, url);
  assertEquals(new Request("http://a.example/#part").url, "http://a.example/#part");
  assertThrows(() => new Request("/path"), TypeError, "Invalid URL: /path");
  assertThrows(
    () => new Request(),
    TypeError,
    "Failed to construct 'Request': constructor parameter 1 is not of type 'Request or string'.",
  );
});

test("methods", () => {
  const method = (value) => new Request(url, { method: value }).method;
  assertEquals([method("get"), method("patch"), method("PURGE"), method("query")], ["GET", "PATCH", "PURGE", "QUERY"]);
  for (const bad of ["CONNECT", "FOO", "BAD METHOD", ""]) {
    assertThrows(() => method(bad), TypeError, `Invalid HTTP method string: ${bad}`);
  }
});

test("GET and HEAD have no body", () => {
  const refused = "Request with a GET or HEAD method cannot have a body.";
  assertThrows(() => new Request(url, { body: "" }), TypeError, refused);
  assertThrows(() => new Request(url, { method: "head", body: "x" }), TypeError, refused);
  assertEquals(new Request(url, { body: null }).body, null);
});

test("content types follow from bodies", () => {
  const type = (body, headers) => new Request(url, { method: "POST", body, headers }).headers.get("content-type");
  assertEquals(type("x"), "text/plain;charset=UTF-8");
  assertEquals(type(5), "text/plain;charset=UTF-8");
  assertEquals(type(new Uint8Array(1)), null);
  assertEquals(type(new URLSearchParams("a=b")), "application/x-www-form-urlencoded;charset=UTF-8");
  assertEquals(type(new Blob(["x"], { type: "text/css" })), "text/css");
  assertEquals(type(new Blob(["x"])), null);
  assert(/^multipart\/form-data; boundary=\w{32}$/.test(type(new FormData())));
  assertEquals(type("x", { "Content-Type": "a/b" }), "a/b");
});

test("options that are refused", () => {
  const make = (init) => () => new Request(url, init);
  const field = (name, type) =>
    `Incorrect type for the '${name}' field on 'RequestInitializerDict': the provided value is not of type '${type}'.`;
  assertThrows(make(5), TypeError, "Failed to construct 'Request': constructor parameter 2 is not of type 'RequestInitializerDict or Request'.");
  assertThrows(
    make({ redirect: "error" }),
    TypeError,
    'Invalid redirect value, must be one of "follow" or "manual" ("error" won\'t be implemented since it does not make ' +
      'sense at the edge; use "manual" and check the response status code).',
  );
  assertThrows(make({ cache: "reload" }), TypeError, "Unsupported cache mode: reload");
  assertThrows(
    make({ integrity: "x" }),
    TypeError,
    "Subrequest integrity checking is not implemented. The integrity option must be either undefined or an empty string.",
  );
  assertThrows(make({ signal: {} }), TypeError, field("signal", "AbortSignal"));
  assertThrows(make({ headers: null }), TypeError, field("headers", "Headers or Sequence or object"));
  assertThrows(make({ cf: 5 }), TypeError, field("cf", "Object"));
  assertThrows(make({ fetcher: 5 }), TypeError, field("fetcher", "Fetcher"));
  assertEquals(new Request(url, { cache: "no-store", mode: "cors", credentials: "x", duplex: "half" }).cache, "no-store");
});

test("a request of the host", async () => {
  const request = fromHost({ method: "POST", body: new TextEncoder().encode("hello") });
  assertEquals([request.method, request.url, request.redirect], ["POST", url, "manual"]);
  assertEquals(request.headers.get("Upgrade"), "websocket");
  assertThrows(() => request.headers.set("a", "b"), TypeError, "Can't modify immutable headers.");
  assertEquals([request.bodyUsed, await request.text(), request.bodyUsed], [false, "hello", true]);
  await assertRejects(
    request.text(),
    TypeError,
    "Body has already been used. It can only be used once. Use tee() first if you need to read it twice.",
  );
});

test("cf is copied", () => {
  const cf = { a: 1 };
  const request = new Request(url, { cf });
  cf.a = 2;
  const copy = new Request(request);
  copy.cf.a = 3;
  request.clone().cf.a = 4;
  assertEquals([request.cf.a, copy.cf.a], [1, 3]);
});

test("cf of the host is made when it is looked at", () => {
  let made = 0;
  const request = fromHost({ cf: () => ({ country: `X${++made}` }) });
  assertEquals(made, 0);
  assertEquals([request.cf.country, request.cf.country], ["X1", "X1"]);
});

test("new Request(request) copies it and takes its body", async () => {
  const request = fromHost({ method: "POST", body: new Uint8Array([65]), cf: { a: 1 } });
  const copy = new Request(request, { headers: { x: "y" } });
  assertEquals([copy.method, copy.url, copy.redirect, copy.cf.a, [...copy.headers]], ["POST", url, "manual", 1, [["x", "y"]]]);
  assertEquals([request.bodyUsed, copy.bodyUsed, await copy.text()], [true, false, "A"]);
  assertThrows(() => new Request(request), TypeError, "Cannot reconstruct a Request with a used body.");
  new Request(fromHost()).headers.set("now", "mutable");
});

test("new Request(request, { body }) leaves the old body alone", async () => {
  const request = new Request(url, { method: "POST", body: "old" });
  const copy = new Request(request, { body: "new", method: "PUT" });
  assertEquals([copy.method, await copy.text(), await request.text()], ["PUT", "new", "old"]);
  assertEquals(new Request(request, { body: null }).body, null);
});

test("new Request(url, request) takes its options", async () => {
  const request = new Request(url, { method: "POST", body: "x", headers: { a: "b" }, cf: { z: 1 } });
  const copy = new Request("http://b.example/", request);
  assertEquals([copy.url, copy.method, copy.headers.get("a"), copy.cf.z], ["http://b.example/", "POST", "b", 1]);
  assertEquals(await copy.text(), "x");
  assertEquals(extractRequest(new Request(url, fromHost())).signal, null);
  const signal = AbortSignal.abort("gone");
  assertEquals(new Request(url, new Request(url, { signal })).signal, signal);
});

test("clone", async () => {
  const request = new Request(url, { method: "POST", body: "x", headers: { a: "b" } });
  const clone = request.clone();
  clone.headers.set("a", "c");
  assertEquals([await request.text(), await clone.text(), request.headers.get("a")], ["x", "x", "b"]);
  const signal = AbortSignal.abort("gone");
  assertEquals(new Request(url, { signal }).clone().signal.reason, "gone");
});

test("extraction marks the body used and keeps simple bodies simple", () => {
  const request = new Request(url, { method: "POST", body: "text", headers: { A: "b" }, redirect: "manual" });
  assertEquals(extractRequest(request), {
    method: "POST",
    url,
    headers: ["a", "b", "content-type", "text/plain;charset=UTF-8"],
    body: "text",
    cf: undefined,
    redirect: "manual",
    signal: null,
  });
  assertEquals(request.bodyUsed, true);
  assertThrows(() => extractRequest(request), TypeError, /^Body has already been used/);
  const source = { bodyId: 3, pull: async () => null, cancel() {} };
  const passing = fromHost({ method: "POST", body: source });
  assertEquals(extractRequest(passing).body, source);
  const touched = fromHost({ method: "POST", body: source });
  assertEquals(touched.body instanceof ReadableStream, true);
  assertEquals(extractRequest(touched).body, source);
  assertEquals(touched.body.locked, true);
});

test("requests extend and have the platform's shape", async () => {
  class Mine extends Request {
    extra = 1;
  }
  const mine = new Mine(url, { method: "POST", body: "z" });
  assertEquals([mine instanceof Request, mine.extra, await mine.text()], [true, 1, "z"]);
  const keys = [];
  for (const key in mine) keys.push(key);
  assertEquals(keys, (
    "extra clone method url headers redirect fetcher signal cf integrity keepalive cache " +
    "body bodyUsed arrayBuffer bytes text json formData blob"
  ).split(" "));
  assertEquals([Object.keys(new Request(url)), String(mine)], [[], "[object Request]"]);
  const { get } = Object.getOwnPropertyDescriptor(Request.prototype, "method");
  assertThrows(() => get.call(new Response()), TypeError, /^Illegal invocation/);
});
