// One object is flooded: its neighbours on the same thread are served all the same, and what waits for it is bounded.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { Client } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";

const MIB = 1024 * 1024;

describe("a flood", { timeout: 900_000 }, () => {
  test("does not starve the neighbours on the thread", async () => {
    // A message of the flood costs some tens of microseconds; one thread, so that everybody is a neighbour. What counts is the
    // server's order, not ours: a neighbour hears how much of the flood came before it.
    const server = await dev({
      config: room(`
  fetch() { const [client, server] = Object.values(new WebSocketPair()); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  webSocketMessage(ws, message) {
    if (message === "flood") { let work = message.length; for (let step = 0; step < 20_000; step++) work = work * 31 + step | 0; this.work = work; came++; return; }
    ws.send(message === "end" ? message : String(came));
  }`, { head: "let came = 0;" }),
      args: ["--threads", "1"],
    });
    try {
      const flooders = await Promise.all(Array.from({ length: 4 }, () => Client.open(server.url, "/flooded")));
      const neighbours = await Promise.all(Array.from({ length: 4 }, (_, number) => Client.open(server.url, `/neighbour-${number}`)));
      const EACH = 2_500, TOTAL = 2 * EACH * flooders.length;
      const flood = () => {
        for (const one of flooders) {
          for (let number = 0; number < EACH; number++) one.send("flood");
        }
      };
      flood();
      const answers = neighbours.map((one) => one.ask("how much?"));
      flood();
      const ends = flooders.map((one) => one.ask("end"));
      for (const came of (await Promise.all(answers)).map(Number)) {
        assert.ok(came < TOTAL, `a neighbour is answered while the flood lasts, not after ${came} messages`);
      }
      assert.deepEqual(await Promise.all(ends), ["end", "end", "end", "end"]);
      for (const one of [...flooders, ...neighbours]) one.vanish();
    } finally {
      await server.stop();
    }
  });

  test("waits where it is sent from when the object cannot take it", { skip: process.platform !== "linux" && "needs /proc" }, async () => {
    const server = await dev({
      config: room(`
  got = 0;
  fetch() { const [client, server] = Object.values(new WebSocketPair()); this.ctx.acceptWebSocket(server); return new Response(null, { status: 101, webSocket: client }); }
  async webSocketMessage(ws, message) {
    if (message === "hold") { await this.ctx.blockConcurrencyWhile(async () => { ws.send("holding"); await new Promise((resolve) => setTimeout(resolve, 4_000)); }); return; }
    if (message === "count") return ws.send(String(this.got));
    this.got += message.length;
  }`),
    });
    const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) * 1024;
    try {
      const client = await Client.open(server.url, "/one");
      assert.equal(await client.ask("count"), "0");
      const before = memory();
      assert.equal(await client.ask("hold"), "holding");
      const part = "x".repeat(256 * 1024), parts = 1024;
      for (let number = 0; number < parts; number++) client.send(part);
      let most = 0;
      const watch = setInterval(() => { most = Math.max(most, memory()); }, 50);
      // Nothing is lost: all of it is delivered once the object takes it.
      assert.equal(await client.ask("count"), String(part.length * parts));
      clearInterval(watch);
      assert.ok(most - before < 128 * MIB, `${Math.round((most - before) / MIB)} MiB of 256 were taken in`);
      client.vanish();
    } finally {
      await server.stop();
    }
  });
});
