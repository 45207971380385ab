// An object that cannot hibernate goes out of memory all the same when nobody has called it for long (--evict-after): with its
// timers before durable_object_io_tasks_prevent_eviction, and not before they are old with it. Who is connected keeps it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

// Worker and objects share an isolate on one thread, so that the Worker can tell without waking anybody.
const source = `import { DurableObject } from "cloudflare:workers";
const ticks = {}, births = {};
export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.name = ctx.id.name;
    births[this.name] = (births[this.name] ?? 0) + 1;
    setInterval(() => { ticks[this.name] = (ticks[this.name] ?? 0) + 1; }, 20);
  }
  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response("called");
    const [client, server] = Object.values(new WebSocketPair());
    if (this.name === "hibernatable") this.ctx.acceptWebSocket(server); else server.accept();
    return new Response(null, { status: 101, webSocket: client });
  }
  async alarm() {}
  async webSocketMessage(ws, message) {
    if (message === "slow") await scheduler.wait(1_500);
    ws.send(message + " " + births[this.name]);
  }
}
export default {
  fetch(request, env) {
    const [, name, what] = new URL(request.url).pathname.split("/");
    return what === "ticks" ? Response.json([ticks[name] ?? 0, births[name] ?? 0]) : env.ROOM.getByName(name).fetch(request);
  }
};`;

async function run(date, check) {
  const config = project({ "worker.js": source }, { name: "evicted", main: "worker.js", compatibility_date: date, ...objects({ ROOM: "Room" }) });
  const server = await dev({ config, args: ["--threads", "1", "--hibernate-after", "50ms", "--evict-after", "400ms"] });
  try {
    await check(server, async (name) => JSON.parse((await request(server.url, `/${name}/ticks`)).body));
  } finally {
    await server.stop();
  }
}

/** Whether the timer of an object still runs, while that of an object which is there ticks ten times. */
async function runs(ticks, name, other = "steady") {
  const count = async (one) => (await ticks(one))[0];
  const [before, mark] = [await count(name), await count(other)];
  await eventually("ten ticks", async () => (await count(other)) >= mark + 10);
  return (await count(name)) > before;
}

const options = { skip: onReference && "flags of ours", timeout: 300_000 };

test("an object with a timer that nobody calls", options, () =>
  run("2026-04-07", async (server, ticks) => {
    await request(server.url, "/alone/call");
    await eventually("the timer to start", async () => (await ticks("alone"))[0] > 0);
    const client = await Client.open(server.url, "/connected/ws");
    const steady = await Client.open(server.url, "/steady/ws");
    const held = await Client.open(server.url, "/hibernatable/ws");
    await eventually("the object to go", async () => !(await runs(ticks, "alone")));
    // A socket taken with accept() holds its object; a hibernatable one does not, and stays open without it.
    assert.ok(await runs(ticks, "connected"));
    await eventually("the other to go", async () => !(await runs(ticks, "hibernatable")));
    assert.equal(await held.ask("again"), "again 2");
    // A handler that runs is not cut off.
    assert.match(await held.ask("slow"), /^slow [23]$/);
    assert.deepEqual((await ticks("alone"))[1], 1);
    await request(server.url, "/alone/call");
    assert.deepEqual((await ticks("alone"))[1], 2);
    client.vanish();
    await eventually("the first to go too", async () => !(await runs(ticks, "connected")));
    held.vanish();
    steady.vanish();
  }));

test("with durable_object_io_tasks_prevent_eviction it stays", options, () =>
  run("2026-11-17", async (server, ticks) => {
    await request(server.url, "/alone/call");
    const steady = await Client.open(server.url, "/steady/ws");
    await eventually("more than the time to pass", async () => (await ticks("alone"))[0] > 40);
    assert.ok(await runs(ticks, "alone"));
    steady.vanish();
    assert.equal((await ticks("alone"))[1], 1);
  }));
