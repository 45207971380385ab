// A server that rests after work: the engine collects garbage by itself then, on timers of its own, and must survive that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "./support/client.mjs";
import { dev, room } from "./support/holdfast.mjs";

// Collections come some seconds after the last allocation; nothing shows that one is over.
const rest = () => new Promise((resolve) => setTimeout(resolve, 4_000));

test("rests after much work and goes on", { timeout: 900_000 }, async () => {
  const server = await dev({
    config: room(`
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { ws.send(message); }`),
    args: ["--hibernate-after", "1s"],
  });
  try {
    const client = await Client.open(server.url, "/rest");
    const clients = [];
    for (let number = 0; number < 4_000; number++) {
      clients.push(await Client.open(server.url, "/rest"));
      assert.equal(await clients[number].ask("hello"), "hello");
      if (number % 1_000 === 999) await rest();
    }
    for (const one of clients) one.vanish();
    await rest();
    assert.equal(server.program.code, undefined, `the server ended while it rested:\n${server.text}`);
    assert.equal(await client.ask("still here"), "still here");
    client.vanish();
  } finally {
    await server.stop();
  }
});
