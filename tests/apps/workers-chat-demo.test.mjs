// cloudflare/workers-chat-demo as published: rooms, history, rate limits, hibernation.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { needs, start, thirdParty } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";

const folder = thirdParty && path.join(thirdParty, "workers-chat-demo");

/** Joins `room` and gives the client with what it was told before it was ready. */
async function join(server, room, name) {
  const client = await Client.open(server.url, `/api/room/${room}/websocket`);
  client.send(JSON.stringify({ name }));
  const told = [];
  for (;;) {
    const message = await client.json();
    if (message.ready) return { client, told };
    told.push(message);
  }
}

/** Says `message`, again while the limiter's answer is still on its way, and returns how it comes back. */
async function say(client, message) {
  for (;;) {
    client.send(JSON.stringify({ message }));
    const answer = await client.json();
    if (!answer.error?.includes("rate-limited")) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("workers-chat-demo", needs(folder, "workers-chat-demo (set HOLDFAST_THIRD_PARTY)"), () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  test("serves its page and makes private rooms", async () => {
    const page = await request(server.url, "/");
    assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html;charset=UTF-8"]);
    assert.match(page.body, /<!DOCTYPE html>/);
    const room = await request(server.url, "/api/room", { method: "POST" });
    assert.match(room.body, /^[0-9a-f]{64}$/);
    assert.equal((await request(server.url, "/api/room")).status, 405);
    assert.equal((await request(server.url, `/api/room/${"x".repeat(33)}/websocket`)).status, 404);
    const { client } = await join(server, room.body, "alone");
    client.vanish();
  });

  test("people talk, newcomers see the roster and the history, hibernation changes nothing", { timeout: 300_000 }, async () => {
    const ada = await join(server, "general", "ada");
    assert.deepEqual(ada.told, [{ joined: "ada" }]);
    const bob = await join(server, "general", "bob");
    assert.deepEqual(bob.told, [{ joined: "ada" }, { joined: "bob" }]);
    assert.deepEqual(await ada.client.json(), { joined: "bob" });
    const said = await say(ada.client, "hello");
    assert.deepEqual([said.name, said.message], ["ada", "hello"]);
    assert.deepEqual(await bob.client.json(), said);
    // Silence that is longer than the 10 s after which the room hibernates.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    const later = await say(bob.client, "still here?");
    assert.deepEqual([later.name, later.message], ["bob", "still here?"]);
    assert.deepEqual(await ada.client.json(), later);
    assert.ok(later.timestamp > said.timestamp);
    const cleo = await join(server, "general", "cleo");
    const history = cleo.told.filter((one) => one.message);
    assert.deepEqual(history, [said, later]);
    assert.deepEqual(cleo.told.filter((one) => one.joined).map((one) => one.joined).sort(), ["ada", "bob", "cleo"]);
    bob.client.vanish();
    assert.deepEqual(await cleo.client.json(), { quit: "bob" });
    for (const { client } of [ada, cleo]) client.vanish();
  });
});
