// cloudflare/websocket-template as published: a click counter in the service-worker format, a wrangler 1 project.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { needs, start, thirdParty } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";

const folder = thirdParty && path.join(thirdParty, "websocket-template");

describe("websocket-template", needs(folder, "websocket-template (set HOLDFAST_THIRD_PARTY)"), () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  test("serves its page and refuses what is no upgrade", async () => {
    const page = await request(server.url, "/");
    assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html; charset=utf-8"]);
    assert.match(page.body, /Number of clicks/);
    assert.deepEqual((({ status, body }) => [status, body])(await request(server.url, "/ws")), [400, "Expected websocket"]);
    assert.equal((await request(server.url, "/elsewhere")).status, 404);
  });

  test("two tabs click one counter", async () => {
    const one = await Client.open(server.url, "/ws");
    const two = await Client.open(server.url, "/ws");
    one.send("CLICK");
    const first = await one.json();
    assert.equal(first.count, 1);
    assert.ok(!Number.isNaN(Date.parse(first.tz)));
    two.send("CLICK");
    assert.equal((await two.json()).count, 2);
    one.send("CLICK");
    assert.equal((await one.json()).count, 3);
    two.send("HUH");
    assert.equal((await two.json()).error, "Unknown message received");
    two.vanish();
    one.send("CLICK");
    assert.equal((await one.json()).count, 4);
    one.vanish();
  });
});
