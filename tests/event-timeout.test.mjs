// setHibernatableWebSocketEventTimeout(): a handler of a hibernatable socket that takes longer ends the instance: its callers hear
// why, the socket is held, and the next instance has no limit. A limit that was not reached outlives hibernation.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";

const source = `import { DurableObject } from "cloudflare:workers";
import unsafe from "workerd:unsafe";
let made = 0;
export class Room extends DurableObject {
  made = ++made;
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  limit(ms) { this.ctx.setHibernatableWebSocketEventTimeout(ms); }
  about() { return [this.made, this.ctx.getHibernatableWebSocketEventTimeout(), this.ctx.getWebSockets().length]; }
  async wait() { console.log("a call waits"); await scheduler.wait(300_000); return "waited"; }
  async webSocketMessage(ws, message) {
    const ms = Number(message);
    await scheduler.wait(ms);
    ws.send("after " + ms + " in " + this.made);
  }
  async webSocketClose(ws) { await scheduler.wait(300_000); }
}
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName(new URL(request.url).pathname.slice(1));
    if (request.headers.get("Upgrade") === "websocket") return room.fetch(request);
    const { what, args } = await request.json();
    try {
      return Response.json(await (what === "evict" ? unsafe.evict(room) : room[what](...args)) ?? null);
    } catch (error) {
      return Response.json([error.name, error.message, error.retryable, error.durableObjectReset, error.overloaded ?? null]);
    }
  }
};`;

describe("the event timeout", { skip: onReference && "not enforced there", timeout: 300_000 }, () => {
  let server;
  before(async () => {
    const config = project({ "worker.js": source }, {
      name: "limits", main: "worker.js", compatibility_date: "2026-04-07", compatibility_flags: ["unsafe_module"], ...objects({ ROOM: "Room" }),
    });
    server = await dev({ config });
  });
  after(() => server?.stop());
  const ask = async (room, what, ...args) => JSON.parse((await request(server.url, `/${room}`, { method: "POST", body: JSON.stringify({ what, args }) })).body);
  // A call that is under way: when it answers, and what, is for the instance to say.
  const calling = async (room) => {
    const from = server.text.length;
    const call = { answer: ask(room, "wait") };
    await server.printed(/a call waits/, undefined, from);
    return call;
  };
  const exceeded = ["Error", "Actor exceeded event execution time and was disconnected.", true, true, null];

  test("ends the instance and keeps the socket", async () => {
    const client = await Client.open(server.url, "/one");
    await ask("one", "limit", 60_000);
    const [made] = await ask("one", "about");
    assert.equal(await client.ask("10"), `after 10 in ${made}`);
    await ask("one", "limit", 300);
    // A call may take its time.
    const call = await calling("one");
    client.send("300000");
    assert.deepEqual(await call.answer, exceeded);
    const [again, limit, sockets] = await ask("one", "about");
    assert.notEqual(again, made);
    assert.deepEqual([limit, sockets], [null, 1]);
    // No limit any more: what takes longer than it arrives.
    assert.equal(await client.ask("400"), `after 400 in ${again}`);
    assert.match(server.text, /Actor exceeded event execution time/);
    client.vanish();
  });

  test("counts for the last handler too", async () => {
    const client = await Client.open(server.url, "/closing");
    await ask("closing", "limit", 50);
    const call = await calling("closing");
    client.vanish();
    assert.deepEqual(await call.answer, exceeded);
  });

  test("outlives hibernation, and can be taken back", async () => {
    const client = await Client.open(server.url, "/sleepy");
    await ask("sleepy", "limit", 60_000);
    await ask("sleepy", "evict");
    assert.equal((await ask("sleepy", "about"))[1], 60_000);
    await ask("sleepy", "limit", 100);
    await ask("sleepy", "evict");
    const call = await calling("sleepy");
    client.send("300000");
    assert.deepEqual(await call.answer, exceeded);
    await ask("sleepy", "limit", 100);
    await ask("sleepy", "limit", 0);
    assert.match(await client.ask("300"), /^after 300 in/);
    client.vanish();
  });
});
