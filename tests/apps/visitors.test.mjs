// shared/apps/visitors: live visitors, one object per client address, the count broadcast to all.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { apps, needs, onReference, start } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";

const folder = path.join(apps, "visitors");

describe("visitors", needs(folder, "shared/apps/visitors"), () => {
  let server;
  before(async () => {
    server = await start(folder);
  });
  after(() => server?.stop());

  const update = (count) => ({ type: "update/count", count });
  const send = (client, type) => client.send(JSON.stringify({ type }));

  test("a request without upgrade is told to upgrade", async () => {
    const { status, body } = await request(server.url, "/");
    assert.deepEqual([status, body], [426, "Expected Upgrade: websocket"]);
  });

  test("every visitor sees the count, and the last one to leave clears it", async () => {
    const one = await Client.open(server.url, "/");
    send(one, "increment");
    // The broadcast reaches the sender too, and then comes its own answer.
    assert.deepEqual(await one.json(), update(1));
    assert.deepEqual(await one.json(), update(1));
    const two = await Client.open(server.url, "/");
    send(two, "increment");
    assert.deepEqual([await two.json(), await two.json()], [update(2), update(2)]);
    assert.deepEqual(await one.json(), update(2));
    send(one, "decrement");
    assert.deepEqual([await one.json(), await one.json(), await two.json()], [update(1), update(1), update(1)]);
    two.vanish();
    send(one, "increment");
    assert.deepEqual([await one.json(), await one.json()], [update(2), update(2)]);
    one.vanish();
    // What is stored goes away with the last visitor: a newcomer starts at one.
    for (let attempt = 0; ; attempt++) {
      const three = await Client.open(server.url, "/");
      send(three, "increment");
      const { count } = await three.json();
      three.vanish();
      if (count === 1) break;
      assert.ok(attempt < 50, `still counting: ${count}`);
    }
  });

  test("visitors with another address have another count", { skip: onReference && "workerd alone sets no CF-Connecting-IP" }, async () => {
    const here = await Client.open(server.url, "/");
    const there = await Client.open(server.url, "/", { localAddress: "127.0.0.2" });
    // The header is the server's to set: a client that forges it stays who it is.
    const forger = await Client.open(server.url, "/", { localAddress: "127.0.0.2", headers: { "CF-Connecting-IP": "127.0.0.1" } });
    send(there, "increment");
    assert.equal((await there.json()).count, 1);
    send(forger, "increment");
    assert.equal((await forger.json()).count, 1);
    assert.equal((await forger.json()).count, 2);
    send(here, "increment");
    assert.equal((await here.json()).count, 1);
    for (const client of [here, there, forger]) client.vanish();
  });
});
