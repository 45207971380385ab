// What keeps an object in memory, and what becomes of its streams and sockets when it is not there yet or not there any more.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const index = `import unsafe from "workerd:unsafe";
import { DurableObject } from "cloudflare:workers";
const made = {};
export class Stream extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    made[ctx.id.name] = (made[ctx.id.name] ?? 0) + 1;
  }
  fetch(request) {
    const { pathname } = new URL(request.url);
    switch (pathname.split("/")[2]) {
      case "open":
        return new Response(new ReadableStream({ start: (controller) => { (this.controllers ??= []).push(controller); controller.enqueue(bytes("open ")); } }));
      case "tell":
        for (const controller of this.controllers ?? []) { controller.enqueue(bytes("told ")); controller.close(); }
        return new Response(String(this.controllers?.length ?? 0));
      case "abort": this.ctx.abort("enough");
      case "late": {
        const [client, server] = Object.values(new WebSocketPair());
        this.late = server;
        return new Response(null, { status: 101, webSocket: client });
      }
      case "held": {
        const [client, server] = Object.values(new WebSocketPair());
        this.ctx.acceptWebSocket(server);
        return new Response(null, { status: 101, webSocket: client });
      }
      case "sockets": return new Response(String(this.ctx.getWebSockets().length));
      case "accept": this.ctx.acceptWebSocket(this.late); return new Response("accepted");
    }
    return new Response(String(made[this.ctx.id.name]));
  }
  webSocketMessage(ws, message) { ws.send("heard " + message); }
}
const bytes = (text) => new TextEncoder().encode(text);
export default {
  async fetch(request, env, ctx) {
    const [, name, what] = new URL(request.url).pathname.split("/");
    const stub = env.STREAM.getByName(name);
    if (what === "drop") {
      const { webSocket } = await stub.fetch("http://object/" + name + "/held", { headers: { Upgrade: "websocket" } });
      return new Response(typeof webSocket.send);
    }
    if (what !== "evict") return stub.fetch(request);
    const evicted = unsafe.evict(stub);
    ctx.waitUntil(evicted);
    // Somebody who cannot wait for it hears when it is under way.
    if (request.url.endsWith("later")) return new Response("asked");
    await evicted;
    return new Response("evicted");
  },
};
`;

describe("lifetimes", { timeout: 300_000 }, () => {
  let server;
  before(async () => {
    const config = project({ "src/index.js": index }, {
      name: "lifetimes", main: "src/index.js", compatibility_date: "2026-04-07", compatibility_flags: ["unsafe_module"], ...objects({ STREAM: "Stream" }),
    });
    server = await dev({ config, args: ["--threads", "1"] });
  });
  after(() => server?.stop());
  const ask = async (path) => (await request(server.url, path)).body;

  test("an object that writes a body stays in memory, one that does nothing does not", async () => {
    const response = await fetch(`${server.url}/writer/open`);
    assert.equal(await ask("/idle/made"), "1");
    assert.equal(await ask("/writer/evict?later"), "asked");
    assert.equal(await ask("/idle/evict"), "evicted");
    assert.equal(await ask("/idle/made"), "2");
    assert.equal(await ask("/writer/tell"), "1");
    assert.equal(await response.text(), "open told ");
    // Nothing holds it any more.
    await eventually("the writer goes", async () => (await ask("/writer/made")) === "2");
  });

  test("a body breaks off when its object is reset", { timeout: 300_000 }, async () => {
    const response = await fetch(`${server.url}/aborted/open`);
    await ask("/aborted/abort");
    await assert.rejects(response.text());
  });

  test("a socket that a Worker got for a request, and left alone, ends with the request", async () => {
    assert.equal(await ask("/left/drop"), "function");
    await eventually("the object to be without it", async () => (await ask("/left/sockets")) === "0");
  });

  test("messages that come before acceptWebSocket() are delivered after it, in order", async () => {
    const client = await Client.open(server.url, "/patient/late");
    client.send("one");
    client.send("two");
    assert.equal((await request(server.url, "/patient/accept")).body, "accepted");
    assert.equal(await client.next(), "heard one");
    assert.equal(await client.next(), "heard two");
    client.vanish();
  });
});
