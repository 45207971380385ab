// HTTP/2 without TLS, by prior knowledge: requests, streaming bodies both ways, and WebSockets by extended CONNECT.
import assert from "node:assert/strict";
import http2 from "node:http2";
import { after, before, describe, test } from "node:test";
import { dev, echo, onReference, room } from "./support/holdfast.mjs";
import { PATIENCE_MS, within } from "./support/process.mjs";
import { TEXT, frame } from "./support/raw.mjs";

describe("HTTP/2", { skip: onReference && "workerd alone speaks HTTP/1.1", timeout: 300_000 }, () => {
  let server, session;
  before(async () => {
    server = await dev({
      config: room(echo, {
        worker: `const { pathname } = new URL(request.url);
    if (pathname === "/about") return Response.json([request.method, request.headers.get("x-a"), request.headers.get("Upgrade")]);
    if (pathname === "/body") return new Response(request.body);`,
      }),
    });
    session = http2.connect(server.url);
    session.on("error", () => {});
  });
  after(async () => {
    session?.destroy();
    await server?.stop();
  });

  const exchange = (headers, body) => within(PATIENCE_MS, "no answer", new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status, text = "";
    stream.setEncoding("utf8");
    stream.on("response", (answer) => (status = answer[":status"]));
    stream.on("data", (chunk) => (text += chunk));
    stream.on("end", () => resolve({ status, text }));
    stream.on("error", reject);
    stream.end(body);
  }));

  test("requests are answered, many at once", async () => {
    const all = await Promise.all(Array.from({ length: 50 }, (_, number) => exchange({ ":path": "/about", "x-a": String(number) })));
    assert.deepEqual(all.map(({ status, text }) => [status, text]), all.map((_, number) => [200, `["GET","${number}",null]`]));
  });

  test("bodies stream through", async () => {
    const body = "x".repeat(1_000_000);
    const { status, text } = await exchange({ ":method": "POST", ":path": "/body" }, body);
    assert.deepEqual([status, text.length], [200, body.length]);
  });

  test("a WebSocket by extended CONNECT", async () => {
    await within(PATIENCE_MS, "no settings came", session.remoteSettings.enableConnectProtocol !== undefined ? Promise.resolve() : new Promise((resolve) => session.once("remoteSettings", resolve)));
    assert.equal(session.remoteSettings.enableConnectProtocol, true);
    const stream = session.request({ ":method": "CONNECT", ":protocol": "websocket", ":path": "/one/hibernatable", ":scheme": "http", "sec-websocket-version": "13" });
    const answer = await within(PATIENCE_MS, "no answer", new Promise((resolve, reject) => stream.once("response", resolve).once("error", reject)));
    assert.equal(answer[":status"], 200);
    stream.write(frame(TEXT, "over HTTP/2"));
    const data = await within(PATIENCE_MS, "no frame", new Promise((resolve) => stream.once("data", resolve)));
    assert.equal(data.subarray(2).toString(), "over HTTP/2");
    stream.destroy();
  });
});
