// shared/apps/ws-server: an echo server in one object that counts its connections.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apps, needs, start } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";
import { eventually } from "../support/process.mjs";

const folder = path.join(apps, "ws-server");

describe("ws-server", needs(folder, "shared/apps/ws-server"), () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  const connections = async () => (await request(server.url, "/getCurrentConnections")).body;
  const shown = (count) => (count === 1
    ? "There is 1 WebSocket client connected to this Durable Object instance."
    : `There are ${count} WebSocket clients connected to this Durable Object instance.`);
  const settles = (count) => eventually(shown(count), async () => (await connections()) === shown(count));

  test("other paths list the endpoints", async () => {
    const { status, body } = await request(server.url, "/");
    assert.equal(status, 200);
    assert.match(body, /\/websocket[\s\S]*\/getCurrentConnections/);
  });

  test("the endpoint wants an upgrade", async () => {
    const { status, body } = await request(server.url, "/websocket");
    assert.deepEqual([status, body], [426, "Durable Object expected Upgrade: websocket"]);
  });

  test("messages come back with the prefix", async () => {
    const client = await Client.open(server.url, "/websocket");
    assert.equal(await client.ask("hello"), "[Durable Object]: hello");
    assert.equal(await client.ask("\u00e9\u{1F600}"), "[Durable Object]: \u00e9\u{1F600}");
    client.vanish();
    await settles(0);
  });

  test("connections are counted, whichever way they end", async () => {
    assert.equal(await connections(), shown(0));
    const one = await Client.open(server.url, "/websocket");
    assert.equal(await connections(), shown(1));
    const two = await Client.open(server.url, "/websocket");
    assert.equal(await connections(), shown(2));
    // With this project's old date the Close that the client sees is the program's own.
    assert.deepEqual(await one.close(1000, "bye"), { code: 1000, reason: "Durable Object is closing WebSocket" });
    await settles(1);
    // Without a code the program's own close() throws; nothing else may suffer.
    two.socket.close();
    await settles(0);
    two.vanish();
    const three = await Client.open(server.url, "/websocket");
    assert.equal(await three.ask("still here"), "[Durable Object]: still here");
    three.vanish();
    await settles(0);
  });
});
