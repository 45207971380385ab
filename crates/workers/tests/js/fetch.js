// Answers are scripted: each request takes the next one.
const sent = [];
let answers = [];
mock("host/outgoing", {
  send(request) {
    sent.push({ ...request, headers: request.headers.slice() });
    const next = answers.shift();
    return typeof next === "function" ? next(request) : Promise.resolve({ status: 200, statusText: "OK", headers: [], body: null, ...next });
  },
});
const script = (...next) => {
  sent.length = 0;
  answers = next;
};
const redirect = (status, location) => ({ status, headers: ["location", location] });
const line = ({ method, url }) => `${method} ${url}`;

test("a request goes out and its answer comes back", async () => {
  script({ headers: ["content-type", "text/plain"], body: new TextEncoder().encode("hi") });
  const response = await fetch("http://a.example/path#fragment", { method: "post", body: "data", headers: { X: "y" } });
  assertEquals([response.status, response.statusText, response.ok, response.url, response.redirected], [
    200,
    "OK",
    true,
    "http://a.example/path",
    false,
  ]);
  assertEquals(await response.text(), "hi");
  assertThrows(() => response.headers.set("a", "b"), TypeError, "Can't modify immutable headers.");
  assertEquals(sent.map(line), ["POST http://a.example/path"]);
  assertEquals([sent[0].body, sent[0].headers], ["data", ["x", "y", "content-type", "text/plain;charset=UTF-8"]]);
});

test("what fetch refuses", async () => {
  script();
  await assertRejects(
    fetch(),
    TypeError,
    "Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 1 is not of type 'Request or string'.",
  );
  await assertRejects(
    fetch("http://a.example/", 5),
    TypeError,
    "Failed to execute 'fetch' on 'ServiceWorkerGlobalScope': parameter 2 is not of type 'RequestInitializerDict or Request'.",
  );
  await assertRejects(fetch("/x"), TypeError, "Invalid URL: /x");
  await assertRejects(fetch("ws://a.example/"), TypeError, "Fetch API cannot load: ws://a.example/");
  await assertRejects(fetch("wss://a.example/"), TypeError, "Fetch API cannot load: wss://a.example/");
  await assertRejects(fetch("ftp://a.example/"), TypeError, "Fetch API cannot load: ftp://a.example/");
  assertEquals(sent, []);
});

test("redirects are followed", async () => {
  script(redirect(302, "/next"), redirect(301, "http://b.example/last#x"), { status: 200 });
  const response = await fetch("http://a.example/");
  assertEquals(sent.map(line), ["GET http://a.example/", "GET http://a.example/next", "GET http://b.example/last"]);
  assertEquals([response.url, response.redirected], ["http://b.example/last", true]);
});

test("redirects are left alone when they are to be", async () => {
  script(redirect(302, "/next"));
  const response = await fetch("http://a.example/", { redirect: "manual" });
  assertEquals([response.status, response.headers.get("location"), sent.length], [302, "/next", 1]);
  script({ status: 302 });
  assertEquals((await fetch("http://a.example/")).status, 302);
});

test("the method and the body of a redirected request", async () => {
  const run = async (status, method, body = undefined) => {
    script(redirect(status, "/next"), { status: 200 });
    await fetch("http://a.example/", { method, body });
    const { headers } = sent[1];
    return [sent[1].method, sent[1].body, headers.includes("content-type")];
  };
  assertEquals(await run(301, "POST", "x"), ["GET", null, true]);
  assertEquals(await run(302, "PUT", "x"), ["PUT", "x", true]);
  assertEquals(await run(303, "PUT", "x"), ["GET", null, true]);
  assertEquals(await run(303, "HEAD"), ["HEAD", null, false]);
  assertEquals(await run(307, "POST", "x"), ["POST", "x", true]);
  await assertRejects(run(308, "POST", new ReadableStream()), TypeError, /^A request with a one-time-use body/);
});

test("credentials do not follow to another origin", async () => {
  script(redirect(302, "/same"), redirect(302, "http://b.example/"), { status: 200 });
  await fetch("http://a.example/", { headers: { Authorization: "secret" } });
  assertEquals(sent.map(({ headers }) => headers.includes("secret")), [true, true, false]);
});

test("redirects end", async () => {
  script(...Array.from({ length: 30 }, () => redirect(302, "/again")));
  await assertRejects(fetch("http://a.example/"), TypeError, /^Too many redirects\.http:\/\/a\.example\/, http:\/\/a\.example\/again, /);
  assertEquals(sent.length, 21);
  script(...Array.from({ length: 20 }, () => redirect(302, "/again")), { status: 200 });
  assertEquals((await fetch("http://a.example/")).status, 200);
  script(redirect(302, "http://["));
  await assertRejects(fetch("http://a.example/"), TypeError, "Invalid Location header; unable to follow redirect.");
  script(redirect(302, "ftp://a.example/"));
  await assertRejects(fetch("http://a.example/"), TypeError, "Fetch API cannot load: ftp://a.example/");
});

test("an aborted signal", async () => {
  script();
  await assertRejects(fetch("http://a.example/", { signal: AbortSignal.abort() }), "AbortError", "The operation was aborted");
  await assertRejects(fetch("http://a.example/", { signal: AbortSignal.abort(new RangeError("q")) }), RangeError, "q");
  assertEquals(sent, []);
});

test("a signal aborts the body of an answer", async () => {
  let cancelled = false;
  const body = { bodyId: 1, pull: () => new Promise(() => {}), cancel: () => void (cancelled = true) };
  script({ body });
  const controller = new AbortController();
  const response = await fetch("http://a.example/", { signal: controller.signal });
  const reading = response.text();
  controller.abort(new RangeError("stop"));
  await assertRejects(reading, RangeError, "stop");
  assertEquals(cancelled, true);
});

test("a signal aborts an answer that is here whole", async () => {
  const bytes = new TextEncoder().encode("text");
  script({ body: bytes }, { body: bytes });
  const controller = new AbortController();
  const { signal } = controller;
  assertEquals(await (await fetch("http://a.example/", { signal })).text(), "text");
  const response = await fetch("http://a.example/", { signal });
  controller.abort();
  await assertRejects(response.text(), "AbortError");
});

test("failures of the network are errors", async () => {
  script(() => Promise.reject(new Error("Network connection lost.")));
  await assertRejects(fetch("http://a.example/"), Error, "Network connection lost.");
});

test("a request is sent as it is, and its body is used", async () => {
  script({ status: 204 });
  const request = new Request("http://a.example/", { method: "PUT", body: "x" });
  const response = await fetch(request);
  assertEquals([response.status, response.body, request.bodyUsed, sent[0].body], [204, null, true, "x"]);
});

test("a used request cannot be fetched again", async () => {
  script({ status: 200 });
  const request = new Request("http://a.example/", { method: "PUT", body: "x" });
  await fetch(request);
  await assertRejects(fetch(request), TypeError, "Cannot reconstruct a Request with a used body.");
});

test("answers that have no body", async () => {
  const body = new Uint8Array(0);
  script({ status: 304, body }, { status: 200, body });
  assertEquals((await fetch("http://a.example/")).body, null);
  assertEquals((await fetch("http://a.example/", { method: "HEAD" })).body, null);
});

test("an upgrade gives a WebSocket", async () => {
  const webSocket = {};
  script({ status: 101, webSocket });
  const response = await fetch("http://a.example/", { headers: { Upgrade: "websocket" } });
  assertEquals([response.status, response.webSocket, sent[0].headers], [101, webSocket, ["upgrade", "websocket"]]);
});

test("bindings take the URL of any host, without credentials and fragment", async () => {
  const seen = [];
  const { fetchThrough } = require("fetch/fetch");
  const send = async (request) => {
    seen.push(line(request));
    return { status: 200, statusText: "", headers: [], body: null, webSocket: null };
  };
  await fetchThrough(send, "http://user:secret@object/path@1#x", { method: "POST" });
  assertEquals(seen, ["POST http://object/path@1"]);
  await assertRejects(fetchThrough(send, "foo://object/path"), TypeError, "Fetch API cannot load: foo://object/path");
});

test("data URLs hold their answer", async () => {
  script();
  const get = async (url) => {
    const response = await fetch(url);
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  assertEquals(await get("data:text/html;charset=utf-8,%3Cb%3E"), [200, "text/html;charset=utf-8", "<b>"]);
  assertEquals(await get("data:;base64,aGk=#x"), [200, "text/plain;charset=US-ASCII", "hi"]);
  assertEquals(await get("data:,a%zz"), [200, "text/plain;charset=US-ASCII", "a%zz"]);
  await assertRejects(fetch("data:foo"), TypeError, "Fetch API cannot load: data:foo");
  assertEquals(sent, []);
});
