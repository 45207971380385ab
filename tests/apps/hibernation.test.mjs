// shared/apps/hibernation: hibernatable sockets whose sessions live in attachments: after 13 s of silence, longer than the
// 10 s after which an object hibernates, the same sessions and counts are there.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apps, needs, start } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";

const folder = path.join(apps, "hibernation");

/** What a message makes of `clients`: the sender's session, after checking every line that every client gets. */
async function speak(clients, sender, message) {
  sender.send(message);
  const first = await sender.next();
  const [, session] = /from: ([0-9a-f-]{36}), to: the initiating client/.exec(first) ?? assert.fail(first);
  const line = (to) => `[Durable Object] message: ${message}, from: ${session}, to: ${to}. Total connections: ${clients.length}`;
  assert.equal(first, line("the initiating client"));
  for (const client of clients) {
    assert.equal(await client.next(), line("all clients"));
    if (client !== sender) assert.equal(await client.next(), line("all clients except the initiating client"));
  }
  return session;
}

describe("hibernation", needs(folder, "shared/apps/hibernation"), () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  test("says what it serves", async () => {
    const { status, headers, body } = await request(server.url, "/");
    assert.deepEqual([status, headers["content-type"]], [200, "text/plain"]);
    assert.match(body, /Supported endpoints:\s+\/websocket/);
    assert.deepEqual((({ status, body }) => [status, body])(await request(server.url, "/websocket")), [426, "Worker expected Upgrade: websocket"]);
  });

  test("13 s of silence later: the same sessions, attachments and counts", { timeout: 300_000 }, async () => {
    const one = await Client.open(server.url, "/websocket");
    const two = await Client.open(server.url, "/websocket");
    const sessions = [await speak([one, two], one, "first"), await speak([one, two], two, "second")];
    assert.notEqual(sessions[0], sessions[1]);
    assert.equal(await one.ask("ping"), "pong");
    // This wait is the test: the real default is what users meet.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    assert.ok(one.isOpen && two.isOpen);
    assert.equal(await two.ask("ping"), "pong");
    await one.ping();
    assert.deepEqual([await speak([one, two], one, "awake"), await speak([one, two], two, "awake too")], sessions);
    const three = await Client.open(server.url, "/websocket");
    const newcomer = await speak([one, two, three], three, "me too");
    assert.ok(!sessions.includes(newcomer));
    // The program answers a Close with its own reason.
    assert.deepEqual(await two.close(1000, "bye"), { code: 1000, reason: "Durable Object is closing WebSocket" });
    assert.equal(await speak([one, three], one, "two are left"), sessions[0]);
    one.vanish();
    three.vanish();
  });
});
