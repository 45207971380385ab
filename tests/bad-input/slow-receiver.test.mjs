// One of 1,000 receivers stops reading: it is dropped when what waits for it passes the bound, the object sees 1006, the log
// names it; memory stays flat and nobody else misses a message.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";
import { Raw } from "../support/raw.mjs";

const RECEIVERS = 1_000, ROUNDS = 120, PART = 256 * 1024;
const MIB = 1024 * 1024;

/** Bytes of memory that only this process holds. */
function memory(pid) {
  const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].reduce((sum, [, kib]) => sum + Number(kib) * 1024, 0);
}

for (const kind of ["hibernatable", "ordinary"]) {
  test(`one of 1,000 receivers stops reading (${kind})`, { timeout: 900_000, skip: process.platform !== "linux" && "needs /proc" }, async () => {
    // Every round goes to everybody; the sockets at /heavy get a large message beside it, so that the bound is passed
    // without a thousand copies of it.
    const server = await dev({
      config: room(`
  sockets = new Set();
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/closed")) return Response.json(closed);
    const heavy = pathname.endsWith("/heavy");
    const [client, server] = Object.values(new WebSocketPair());
    if (${kind === "hibernatable"}) this.ctx.acceptWebSocket(server, heavy ? ["heavy"] : []);
    else {
      server.accept();
      this.sockets.add(server);
      server.heavy = heavy;
      server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data));
      server.addEventListener("close", ({ code }) => { this.sockets.delete(server); this.webSocketClose(server, code); });
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) {
    const all = ${kind === "hibernatable"} ? this.ctx.getWebSockets() : this.sockets;
    const heavy = ${kind === "hibernatable"} ? this.ctx.getWebSockets("heavy") : [...all].filter((one) => one.heavy);
    for (const one of heavy) one.send(part);
    for (const one of all) one.send(message);
  }
  webSocketClose(ws, code) { closed.push(code); }`, { head: `const part = "x".repeat(${PART}); const closed = [];` }),
    });
    try {
      const receivers = [];
      for (let number = 0; number < RECEIVERS - 2; number++) receivers.push(await Client.open(server.url, "/room"));
      const heavy = await Client.open(server.url, "/room/heavy");
      const stuck = await Raw.open(server.url, "/room/heavy");
      const round = async (text) => {
        receivers[0].send(text);
        assert.equal((await heavy.next()).length, PART);
        assert.equal(await heavy.next(), text);
        const got = await Promise.all(receivers.map((one) => one.next()));
        assert.ok(got.every((one) => one === text), "every receiver gets every round");
      };
      // With everybody reading, once, so that what a first round allocates is not counted.
      for (let number = 0; number < 5; number++) await round(`warm ${number}`);
      stuck.stopReading();
      const before = memory(server.pid);
      let most = 0;
      for (let number = 0; number < ROUNDS; number++) {
        await round(`round ${number}`);
        most = Math.max(most, memory(server.pid));
      }
      const closed = await eventually("the object to see 1006", async () => {
        const codes = JSON.parse((await request(server.url, "/room/closed")).body);
        return codes.length > 0 && codes;
      });
      assert.deepEqual(closed, [1006], "only the one that stopped is dropped");
      // The bound is 16 MiB and a message; the rest is what an allocator and a collector may keep.
      assert.ok(most - before < 64 * MIB, `memory grew by ${Math.round((most - before) / MIB)} MiB`);
      await server.printed(/slow|behind|queued|drop/i);
      assert.ok(receivers.every((one) => one.isOpen) && heavy.isOpen);
      for (const one of [...receivers, heavy, stuck]) (one.vanish ?? one.destroy).call(one);
    } finally {
      await server.stop();
    }
  });
}
