// shared/apps/chat: rooms by path, everything said is broadcast; uses `pair.server`, which only Holdfast has.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apps, needs, onReference, start } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";

const folder = path.join(apps, "chat");
const options = onReference ? { skip: "chat needs pair.server, which workerd does not have" } : needs(folder, "shared/apps/chat");

describe("chat", options, () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  test("serves its page and nothing else", async () => {
    const page = await request(server.url, "/");
    assert.equal(page.status, 200);
    assert.equal(page.headers["content-type"], "text/html;charset=UTF-8");
    assert.match(page.body, /<title>Serverless Chat<\/title>/);
    assert.equal((await request(server.url, "/elsewhere")).status, 404);
    assert.deepEqual((({ status, body }) => [status, body])(await request(server.url, "/chat/")), [400, "Missing room name"]);
    assert.deepEqual((({ status, body }) => [status, body])(await request(server.url, "/chat/room")), [400, "Expected WebSocket upgrade"]);
  });

  test("a room hears who joins, what is said, and who leaves", async () => {
    const one = await Client.open(server.url, "/chat/general");
    assert.equal(await one.next(), "User joined.");
    const two = await Client.open(server.url, "/chat/general");
    assert.deepEqual([await one.next(), await two.next()], ["User joined.", "User joined."]);
    const stranger = await Client.open(server.url, "/chat/elsewhere");
    assert.equal(await stranger.next(), "User joined.");
    one.send("hello from one");
    assert.deepEqual([await one.next(), await two.next()], ["hello from one", "hello from one"]);
    two.vanish();
    assert.equal(await one.next(), "User left.");
    assert.equal(await one.ask("anybody?"), "anybody?");
    assert.equal(await stranger.ask("alone"), "alone");
    assert.match(server.text, /Received: hello from one/);
    one.vanish();
    stranger.vanish();
  });
});
