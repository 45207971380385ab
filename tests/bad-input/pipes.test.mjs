// A WebSocket between two programs has no kernel that would slow its sender down: what is sent and not taken is bounded.
import assert from "node:assert/strict";
import fs from "node:fs";
import { describe, test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";

const MIB = 1024 * 1024;

// `/source/…` sends to the object `sink`, a turn for every message; a sink that was told so is busy first, until the source has
// heard of the end and lets the object `valve` answer.
const config = () => room(`
  got = 0;
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (request.headers.get("Upgrade")) {
      const [client, server] = Object.values(new WebSocketPair());
      this.ctx.acceptWebSocket(server);
      // The answer would wait for a section that begins before it.
      if (searchParams.has("busy")) setTimeout(() => this.ctx.blockConcurrencyWhile(() => this.env.ROOM.getByName("valve").fetch("http://valve/wait")));
      return new Response(null, { status: 101, webSocket: client });
    }
    if (pathname === "/wait") return new Promise((resolve) => { this.release = () => resolve(new Response("open")); });
    if (pathname === "/release") return new Response(String(this.release?.()));
    if (!pathname.startsWith("/source")) return new Response(String(this.got));
    const sink = this.env.ROOM.get(this.env.ROOM.idFromName("sink"));
    const { webSocket } = await sink.fetch("http://sink/" + (searchParams.has("busy") ? "?busy" : ""), { headers: { Upgrade: "websocket" } });
    webSocket.accept();
    const closed = new Promise((resolve) => webSocket.addEventListener("close", ({ code, wasClean }) => resolve({ code, wasClean })));
    let over = false;
    closed.then(() => { over = true; });
    const part = "x".repeat(Number(searchParams.get("bytes")));
    const times = Number(searchParams.get("times"));
    let sent = 0;
    for (; sent < times && !over; sent++) {
      webSocket.send(part);
      if (sent % Number(searchParams.get("batch") ?? 1) === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    if (!over) webSocket.send("end");
    const answer = await closed;
    if (searchParams.has("busy")) await this.env.ROOM.getByName("valve").fetch("http://valve/release");
    return Response.json({ sent, ...answer });
  }
  webSocketMessage(ws, message) {
    if (message === "end") return ws.close(1000, "all");
    this.got += message.length;
  }
  webSocketClose() {}`);

const memory = (server) => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) * 1024;

describe("a pipe", { timeout: 900_000 }, () => {
  test("carries any amount to an object that takes it", async () => {
    const server = await dev({ config: config() });
    try {
      const { body } = await request(server.url, `/source?times=192&bytes=${MIB}`);
      assert.deepEqual(JSON.parse(body), { sent: 192, code: 1000, wasClean: true });
      assert.equal((await request(server.url, "/sink")).body, String(192 * MIB));
    } finally {
      await server.stop();
    }
  });

  test("is cut when its object takes nothing, and memory stays flat", { skip: process.platform !== "linux" && "needs /proc" }, async () => {
    const server = await dev({ config: config() });
    try {
      const before = memory(server);
      let most = 0;
      const watch = setInterval(() => { most = Math.max(most, memory(server)); }, 20);
      const { body } = await request(server.url, `/source?busy&times=2000&bytes=${MIB}`);
      clearInterval(watch);
      const { sent, code, wasClean } = JSON.parse(body);
      assert.deepEqual({ code, wasClean }, { code: 1006, wasClean: false });
      assert.ok(sent >= 16 && sent < 100, `${sent} messages of a MiB were taken in`);
      assert.ok(most - before < 160 * MIB, `memory grew by ${Math.round((most - before) / MIB)} MiB`);
      await server.printed(/a WebSocket of .*Room.* was dropped: the program at its far side/);
      // The next one finds the object in order.
      assert.equal(JSON.parse((await request(server.url, "/source?times=3&bytes=10")).body).code, 1000);
    } finally {
      await server.stop();
    }
  });

  test("counts messages without bytes too", async () => {
    const server = await dev({ config: config() });
    try {
      const { body } = await request(server.url, "/source?busy&times=2000000&bytes=0&batch=1000");
      const { sent, code } = JSON.parse(body);
      assert.equal(code, 1006);
      assert.ok(sent < 500_000, `${sent} empty messages were taken in`);
    } finally {
      await server.stop();
    }
  });
});
