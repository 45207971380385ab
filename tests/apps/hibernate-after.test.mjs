// --hibernate-after: an object that counts its births: automatic answers do not wake it, messages do, and what a socket
// carries outlives the instance. An ordinary socket or a timer keeps the object in memory.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { onReference } from "../support/app.mjs";
import { Client } from "../support/client.mjs";
import { dev, objects, project } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";

const worker = `
import { DurableObject } from "cloudflare:workers";
const births = {};
export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    births[ctx.id.name] = (births[ctx.id.name] ?? 0) + 1;
    this.inMemory = 0;
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname.endsWith("/ordinary")) { server.accept(); server.addEventListener("message", ({ data }) => server.send(this.about(data))); }
    else { this.ctx.acceptWebSocket(server, ["tag-" + pathname]); server.serializeAttachment({ path: pathname, n: 0 }); }
    if (pathname.endsWith("/timer")) this.timer = setInterval(() => {}, 50);
    return new Response(null, { status: 101, webSocket: client });
  }
  about(data, more) { return JSON.stringify({ data, births: births[this.ctx.id.name], inMemory: ++this.inMemory, sockets: this.ctx.getWebSockets().length, ...more }); }
  webSocketMessage(ws, data) {
    const kept = ws.deserializeAttachment();
    ws.serializeAttachment({ ...kept, n: kept.n + 1 });
    const answered = this.ctx.getWebSocketAutoResponseTimestamp(ws) !== null;
    ws.send(this.about(data, { kept, tags: this.ctx.getTags(ws), answered, same: this.ctx.getWebSockets()[0] === ws }));
  }
}
export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    return env.ROOM.getByName(pathname.split("/")[1]).fetch(request);
  }
};`;

describe("--hibernate-after", { skip: onReference && "a flag of ours", timeout: 300_000 }, () => {
  let server;
  before(async () => {
    const config = project({ "worker.js": worker }, { name: "births", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
    server = await dev({ config, args: ["--hibernate-after", "200ms"] });
  });
  after(() => server?.stop());

  /** Asks now and then until the answer shows another birth. */
  const reborn = (client, births) => eventually("the object to be born again", async () => {
    const about = JSON.parse(await client.ask("again"));
    if (about.births > births) return about;
    await new Promise((resolve) => setTimeout(resolve, 400));
    return null;
  });

  test("a new instance finds the sockets with tags and attachments", async () => {
    const client = await Client.open(server.url, "/sleepy/ws");
    const first = JSON.parse(await client.ask("hello"));
    assert.deepEqual([first.inMemory, first.sockets, first.kept.n], [1, 1, 0]);
    const later = await reborn(client, first.births);
    assert.equal(later.inMemory, 1);
    assert.equal(later.sockets, 1);
    assert.equal(later.same, true);
    assert.deepEqual(later.tags, ["tag-/sleepy/ws"]);
    assert.equal(later.kept.path, "/sleepy/ws");
    assert.ok(later.kept.n >= 1);
    client.vanish();
  });

  test("automatic answers wake nobody and leave their time", async () => {
    const client = await Client.open(server.url, "/quiet/ws");
    const { births } = JSON.parse(await client.ask("hello"));
    // Had they counted as events, the object would have stayed (no birth more), or come and gone (more than one).
    for (let round = 0; round < 40; round++) {
      assert.equal(await client.ask("ping"), "pong");
      await client.ping();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const about = JSON.parse(await client.ask("at last"));
    assert.deepEqual([about.births, about.inMemory, about.answered], [births + 1, 1, true]);
    client.vanish();
  });

  for (const kind of ["ordinary", "timer"]) {
    test(`an object with ${kind === "timer" ? "a running timer" : "an ordinary socket"} stays`, async () => {
      const client = await Client.open(server.url, `/${kind}/${kind}`);
      await client.ask("hello");
      // Long enough for several hibernations, had there been a reason for one.
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      const about = JSON.parse(await client.ask("still?"));
      assert.deepEqual([about.births, about.inMemory], [1, 2]);
      client.vanish();
    });
  }
});
