// Clients that speak HTTP wrongly, slowly, or not at all: they are told so or cut off; nobody else notices.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, echo, room } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";
import { Raw, TEXT } from "../support/raw.mjs";

describe("http", () => {
  let server;
  before(async () => {
    server = await dev({
      config: room(`${echo.replace("fetch(request) {", `fetch(request) {\n    if (request.url.endsWith("/log")) return Response.json(this.log);`)}
  log = [];
  closed(code) { this.log.push(code); }`),
    });
  });
  after(() => server?.stop());
  // Whatever a test did, the next client is served.
  afterEach(async () => assert.equal((await request(server.url, "/after")).status, 200));

  const refusal = async (headers, path = "/one") => {
    const raw = await Raw.connect(server.url);
    raw.request(path, headers);
    const head = await raw.head();
    raw.destroy();
    return head;
  };

  test("an upgrade without a key is refused with 400", async () => {
    assert.equal((await refusal({ "Sec-WebSocket-Key": null })).status, 400);
  });
  test("an upgrade with a key of the wrong length is refused with 400", async () => {
    assert.equal((await refusal({ "Sec-WebSocket-Key": "c2hvcnQ=" })).status, 400);
  });
  test("an upgrade with another version is told the right one", async () => {
    const head = await refusal({ "Sec-WebSocket-Version": "8" });
    assert.equal(head.status, 426);
    assert.equal(head.headers["sec-websocket-version"], "13");
  });
  test("an upgrade without a version is refused", async () => {
    assert.ok([400, 426].includes((await refusal({ "Sec-WebSocket-Version": null })).status));
  });

  test("headers that are too large are refused with 431", async () => {
    const raw = await Raw.connect(server.url);
    raw.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Giant: ${"x".repeat(4 * 1024 * 1024)}\r\n\r\n`);
    const head = await raw.head();
    // A server that cuts the connection while the client still writes may take its own answer with it.
    assert.ok(head === null || head.status === 431, String(head?.status));
    raw.destroy();
  });
  test("too many headers are refused with 431", async () => {
    const raw = await Raw.connect(server.url);
    raw.write(`GET / HTTP/1.1\r\nHost: localhost\r\n${"X-Many: x\r\n".repeat(5_000)}\r\n`);
    const head = await raw.head();
    assert.ok(head === null || head.status === 431, String(head?.status));
    raw.destroy();
  });
  test("what is no HTTP is refused", async () => {
    const raw = await Raw.connect(server.url);
    raw.write("nonsense\r\n\r\n");
    const head = await raw.head();
    assert.ok(head === null || head.status >= 400, String(head?.status));
    raw.destroy();
  });

  test("headers that come too slowly are cut off while others are served", { timeout: 300_000 }, async () => {
    const slow = await Raw.connect(server.url);
    slow.write("GET / HTTP/1.1\r\nHost: localhost\r\n");
    const dribble = setInterval(() => slow.write("X-Slow: x\r\n"), 500);
    try {
      const client = await Client.open(server.url, "/others");
      await slow.gone();
      assert.equal(await client.ask("still served"), "still served");
      client.vanish();
    } finally {
      clearInterval(dribble);
      slow.destroy();
    }
  });

  test("a hundred connections that say nothing hold nobody up", async () => {
    const silent = await Promise.all(Array.from({ length: 100 }, () => Raw.connect(server.url)));
    const client = await Client.open(server.url, "/others");
    assert.equal(await client.ask("hello"), "hello");
    client.vanish();
    for (const one of silent) one.destroy();
  });

  test("frames sent before the answer to the upgrade wait for it", async () => {
    const raw = await Raw.connect(server.url);
    raw.request("/eager/hibernatable");
    raw.send(TEXT, "early");
    assert.equal((await raw.head()).status, 101);
    assert.equal((await raw.next()).payload.toString(), "early");
    raw.destroy();
  });

  /** The codes with which sockets of the object have ended are `codes`. */
  const ended = (name, ...codes) => eventually(`${name} to see ${codes}`, async () => {
    const { body } = await request(server.url, `/${name}/log`);
    return body === JSON.stringify(codes);
  });

  for (const kind of ["", "/hibernatable"]) {
    const name = kind ? "hibernatable" : "ordinary";
    test(`a vanished client is 1006 to the object (${name})`, async () => {
      const client = await Client.open(server.url, `/vanish-${name}${kind}`);
      await client.ask("hello");
      client.socket._socket.resetAndDestroy();
      await ended(`vanish-${name}`, 1006);
    });
    test(`a client that closes its half is 1006 to the object (${name})`, async () => {
      const raw = await Raw.open(server.url, `/half-${name}${kind}`);
      raw.send(TEXT, "hello");
      assert.equal((await raw.next()).payload.toString(), "hello");
      raw.socket.end();
      await ended(`half-${name}`, 1006);
      raw.destroy();
    });
    test(`a client that vanishes in the middle of a message is 1006 (${name})`, async () => {
      const raw = await Raw.open(server.url, `/middle-${name}${kind}`);
      raw.send(TEXT, "only the beginning", { length: 1_000 });
      raw.destroy();
      await ended(`middle-${name}`, 1006);
    });
  }

  test("a client that vanishes during the upgrade leaves nothing behind", async () => {
    for (let round = 0; round < 20; round++) {
      const raw = await Raw.connect(server.url);
      raw.request("/gone");
      raw.destroy();
    }
    const client = await Client.open(server.url, "/gone");
    assert.equal(await client.ask("hello"), "hello");
    client.vanish();
  });

  test("the client's address cannot be forged", async () => {
    const config = room("fetch() { return new Response(); }", {
      worker: `return Response.json(["CF-Connecting-IP", "X-Real-IP", "X-Forwarded-For"].map((name) => request.headers.get(name)));`,
    });
    const other = await dev({ config });
    const forged = { "CF-Connecting-IP": "6.6.6.6", "X-Real-IP": "6.6.6.6", "X-Forwarded-For": "6.6.6.6" };
    const { body } = await request(other.url, "/", { headers: forged, localAddress: "127.0.0.9" });
    await other.stop();
    assert.equal(JSON.parse(body)[0], "127.0.0.9");
    assert.doesNotMatch(body, /6\.6\.6\.6/);
  });
});
