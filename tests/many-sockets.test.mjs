// As many hibernatable sockets as one object may have: accepted, listed, found by tag, sent to, asleep and awake. Their far ends
// are another object's, so that no descriptor is needed. The next one is refused, and room comes back when one closes.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { PATIENCE_MS, eventually } from "./support/process.mjs";

const MAX = 32_768;

const source = `import { DurableObject } from "cloudflare:workers";
import unsafe from "workerd:unsafe";

export class Hub extends DurableObject {
  heard = 0;
  async fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    const n = Number(new URL(request.url).pathname.slice(1));
    this.ctx.acceptWebSocket(server, ["all", n % 2 ? "odd" : "even", "n" + n]);
    server.serializeAttachment(n);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage() { this.heard++; }
  webSocketClose() {}
  heardSoFar() { return this.heard; }
  about() {
    const { ctx } = this, all = ctx.getWebSockets();
    return {
      all: all.length, distinct: new Set(all).size, odd: ctx.getWebSockets("odd").length, even: ctx.getWebSockets("even").length,
      one: ctx.getWebSockets("n77").map((ws) => ws.deserializeAttachment()),
      // The latest first, by tag the earliest.
      first: all[0]?.deserializeAttachment(), last: all.at(-1)?.deserializeAttachment(), tagged: ctx.getWebSockets("all")[0]?.deserializeAttachment(),
    };
  }
  broadcast(text, tag) { for (const ws of this.ctx.getWebSockets(tag)) ws.send(text); }
}

export class Crowd extends DurableObject {
  sockets = [];
  got = new Map();
  async open(from, to) {
    const hub = this.env.HUB.getByName("hub");
    const one = async (n) => {
      const { webSocket } = await hub.fetch("http://hub/" + n, { headers: { Upgrade: "websocket" } });
      webSocket.accept();
      webSocket.addEventListener("message", ({ data }) => this.got.set(data, (this.got.get(data) ?? 0) + 1));
      return webSocket;
    };
    for (let at = from; at < to; at += 512) {
      this.sockets.push(...await Promise.all(Array.from({ length: Math.min(512, to - at) }, (_, n) => one(at + n))));
    }
    return this.sockets.length;
  }
  gotSoFar(text) { return this.got.get(text) ?? 0; }
  sendAll(text) { for (const ws of this.sockets) ws.send(text); }
  close(at) { this.sockets[at].close(1000, "enough"); }
}

export default {
  async fetch(request, env) {
    const hub = env.HUB.getByName("hub"), crowd = env.CROWD.getByName("crowd");
    const { what, args } = await request.json();
    const does = {
      open: () => crowd.open(...args), about: () => hub.about(), broadcast: () => hub.broadcast(...args), got: () => crowd.gotSoFar(...args),
      sendAll: () => crowd.sendAll(...args), heard: () => hub.heardSoFar(), evict: () => unsafe.evict(hub), close: () => crowd.close(...args),
    };
    try { return Response.json({ value: await does[what]() ?? null }); } catch ({ name, message }) { return Response.json({ error: [name, message] }); }
  },
};`;

describe("32,768 sockets in one object", { timeout: 900_000 }, () => {
  let server;
  before(async () => {
    const config = project({ "worker.js": source }, {
      name: "many", main: "worker.js", compatibility_date: "2026-04-07", compatibility_flags: ["unsafe_module"], ...objects({ HUB: "Hub", CROWD: "Crowd" }),
    });
    server = await dev({ config });
  });
  after(() => server?.stop());

  const post = async (what, ...args) => JSON.parse((await request(server.url, "/", { method: "POST", body: JSON.stringify({ what, args }) })).body);
  const ask = async (what, ...args) => {
    const { value, error } = await post(what, ...args);
    assert.equal(error, undefined, `${what}: ${error}`);
    return value;
  };
  /** Asks until the answer is `expected`; more would be wrong too. */
  const reaches = async (expected, what, ...args) => {
    let value;
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      value = await ask(what, ...args);
      if (value >= expected) break;
    }
    assert.equal(value, expected, what);
  };
  const full = { all: MAX, distinct: MAX, odd: MAX / 2, even: MAX / 2, one: [77], first: MAX - 1, last: 0, tagged: 0 };

  test("they are accepted and listed", async () => {
    assert.equal(await ask("open", 0, MAX), MAX);
    assert.deepEqual(await ask("about"), full);
  });

  test("each of them gets what is sent to all, and to a tag", async () => {
    await ask("broadcast", "to all");
    await reaches(MAX, "got", "to all");
    await ask("broadcast", "to the odd ones", "odd");
    await reaches(MAX / 2, "got", "to the odd ones");
    await ask("broadcast", "to one", "n77");
    await reaches(1, "got", "to one");
  });

  test("each of them is heard", async () => {
    await ask("sendAll", "hello");
    await reaches(MAX, "heard");
  });

  test("they stay while the object sleeps", async () => {
    await ask("evict");
    assert.equal(await ask("heard"), 0);
    assert.deepEqual(await ask("about"), full);
    await ask("broadcast", "awake");
    await reaches(MAX, "got", "awake");
  });

  test("the next one is refused, and there is room when one has closed", async () => {
    const { error } = await post("open", MAX, MAX + 1);
    assert.deepEqual(error, ["Error", "only 32768 websockets can be accepted on a single Durable Object instance"]);
    assert.equal((await ask("about")).all, MAX);
    await ask("close", 77);
    await eventually("the closed one to be gone", async () => (await ask("about")).all === MAX - 1);
    assert.equal(await ask("open", MAX, MAX + 1), MAX + 1);
    assert.deepEqual(await ask("about"), { ...full, even: MAX / 2 + 1, odd: MAX / 2 - 1, one: [], first: MAX });
  });
});
