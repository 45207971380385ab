// `request.signal`: with `enable_request_signal` it is aborted when the client leaves, before the answer or while that is
// being sent; otherwise it never is.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const worker = `
const seen = {};
const released = new Set();
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/seen") return Response.json(seen);
    if (pathname.startsWith("/release")) return new Response(String(released.add(pathname.slice("/release".length))));
    const note = (text) => (seen[pathname] ??= []).push(text);
    const { signal } = request;
    signal.addEventListener("abort", () => note(signal.reason.name + ": " + signal.reason.message));
    note("began");
    if (pathname === "/answered") {
      ctx.waitUntil(scheduler.wait(50).then(() => note("aborted: " + signal.aborted)));
      return new Response("answer");
    }
    if (pathname === "/untouched") return new Response("the copy: " + new Request(request).signal.aborted);
    if (pathname === "/late") {
      while (!released.has(pathname)) await scheduler.wait(5);
      ctx.waitUntil(scheduler.wait(100).then(() => note("aborted: " + signal.aborted)));
      return new Response("late");
    }
    const encoder = new TextEncoder();
    const body = new ReadableStream({ async pull(c) { c.enqueue(encoder.encode("part")); await scheduler.wait(5); } });
    return new Response(body);
  },
};`;

// Asks for `path`, and leaves when `until` says so.
function leave(url, path, until) {
  const client = http.get(new URL(path, url), (response) => response.on("data", () => {}).on("error", () => {}));
  client.on("error", () => {});
  return until(client).then(() => client.destroy());
}

const answered = (client) => new Promise((resolve) => client.on("response", (response) => response.once("data", resolve)));

describe("request.signal", () => {
  let server;
  const start = (flags) => {
    const config = { name: "signal", main: "index.js", compatibility_date: "2026-04-01", compatibility_flags: flags };
    return dev({ config: project({ "index.js": worker }, config) });
  };
  const seen = async (from, path) => JSON.parse((await request(from.url, "/seen")).body)[path] ?? [];
  const noted = (from, path, count) => eventually(`${count} notes of ${path}`, async () => (await seen(from, path)).length >= count);
  before(async () => {
    server = await start(["enable_request_signal"]);
  });
  after(() => server?.stop());

  const GONE = "AbortError: The client has disconnected";

  test("a client that leaves before the answer", async () => {
    await leave(server.url, "/late", () => noted(server, "/late", 1));
    await noted(server, "/late", 2);
    await request(server.url, "/release/late");
    await noted(server, "/late", 3);
    assert.deepEqual(await seen(server, "/late"), ["began", GONE, "aborted: true"]);
  });

  test("a client that leaves while the answer is sent", async () => {
    await leave(server.url, "/endless", answered);
    await noted(server, "/endless", 2);
    assert.deepEqual(await seen(server, "/endless"), ["began", GONE]);
  });

  test("a client that stays", async () => {
    assert.equal((await request(server.url, "/answered")).body.toString(), "answer");
    await noted(server, "/answered", 2);
    assert.deepEqual(await seen(server, "/answered"), ["began", "aborted: false"]);
    assert.equal((await request(server.url, "/untouched")).body.toString(), "the copy: false");
  });

  test("without the flag", async () => {
    const other = await start([]);
    try {
      await leave(other.url, "/late", () => noted(other, "/late", 1));
      // Nothing shows that the server has noticed.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await request(other.url, "/release/late");
      await noted(other, "/late", 2);
      assert.deepEqual(await seen(other, "/late"), ["began", "aborted: false"]);
    } finally {
      await other.stop();
    }
  });
});
