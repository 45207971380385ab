// workerd:unsafe, the module with which programs test themselves: all objects are reset, or emptied, at a word; and it is there
// only where the flag is. Evictions are compared with the reference in differential/cases/3.2-evict.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, onReference, project, run } from "./support/holdfast.mjs";

const source = `import unsafe from "workerd:unsafe";
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  inMemory = 0;
  async bump() { await this.ctx.storage.put("count", ((await this.ctx.storage.get("count")) ?? 0) + 1); return [++this.inMemory, await this.ctx.storage.get("count")]; }
  fetch() {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  setAlarm() { return this.ctx.storage.setAlarm(Date.now() + 3_600_000); }
  getAlarm() { return this.ctx.storage.getAlarm(); }
  webSocketMessage() {}
  alarm() {}
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const names = ["a", "b", "c", "d", "e", "f"];
    const stubs = names.map((name) => env.COUNTER.getByName(name));
    const bumpAll = () => Promise.all(names.map((name) => env.COUNTER.getByName(name).bump()));
    switch (pathname) {
      case "/socket": return stubs[0].fetch(request);
      case "/bump": return Response.json(await bumpAll());
      case "/evict": {
        // Every eviction of one turn finds the objects as they are at the end of it, whatever thread they are on.
        const many = Array.from({ length: 40 }, (_, at) => env.COUNTER.getByName("many" + at));
        await Promise.all(many.map((stub) => stub.bump()));
        const orders = Array.from({ length: 5 }, () => many.map((stub) => unsafe.evict(stub))).flat();
        const refused = (await Promise.allSettled(orders)).filter(({ status }) => status === "rejected");
        const late = await unsafe.evict(many[0]).then(() => "nothing", (error) => error.message);
        const inMemory = await Promise.all(many.map((stub) => stub.bump().then(([count]) => count)));
        return Response.json([refused.map(({ reason }) => reason.message), late, Math.max(...inMemory)]);
      }
      case "/alarm": await stubs[0].setAlarm(); return Response.json(await stubs[0].getAlarm() !== null);
      case "/has-alarm": return Response.json(await stubs[0].getAlarm() !== null);
      case "/abort":
      case "/delete": {
        await stubs[0].bump();
        await (pathname === "/abort" ? unsafe.abortAllDurableObjects() : unsafe.deleteAllDurableObjects());
        const why = await stubs[0].bump().then(() => "nothing", (error) => [error.name, error.message]);
        return Response.json([why, await bumpAll()]);
      }
    }
    return new Response(null, { status: 404 });
  }
};`;
const config = (flags) => project({ "worker.js": source }, {
  name: "unsafe", main: "worker.js", compatibility_date: "2026-04-07", compatibility_flags: flags, ...objects({ COUNTER: "Counter" }, { sqlite: true }),
});

describe("workerd:unsafe", { timeout: 300_000 }, () => {
  let server;
  before(async () => {
    server = await dev({ config: config(["unsafe_module"]), args: ["--threads", "2"] });
  });
  after(() => server?.stop());
  const ask = async (path) => JSON.parse((await request(server.url, path)).body);
  const all = (value) => Array(6).fill(value);

  test("all objects are reset: sockets drop, what is stored stays", async () => {
    const client = await Client.open(server.url, "/socket");
    assert.deepEqual(await ask("/bump"), all([1, 1]));
    const [why, counts] = await ask("/abort");
    assert.deepEqual(why, ["Error", "Application called abortAllDurableObjects()."]);
    assert.deepEqual(counts, [[1, 3], ...Array(5).fill([1, 2])]);
    assert.equal((await client.ended).code, 1006);
  });

  test("all objects are emptied: nothing is stored, no alarm is set", async () => {
    await ask("/bump");
    assert.equal(await ask("/alarm"), true);
    const [why, counts] = await ask("/delete");
    assert.deepEqual(why, ["Error", "Application called deleteAllDurableObjects()."]);
    assert.deepEqual(counts, all([1, 1]));
    assert.equal(await ask("/has-alarm"), false);
  });

  test("objects that are asked for several times in one turn go once", async () => {
    const late = "Cannot evict Durable Object: it is not currently running.";
    for (let round = 0; round < 5; round++) assert.deepEqual(await ask("/evict"), [[], late, 1]);
  });

  test("without the flag there is no such module", { skip: onReference && "a message of ours" }, async () => {
    const { code, text } = await run(["check", "--config", config([])]);
    assert.equal(code, 1);
    assert.match(text, /cannot resolve "workerd:unsafe"/);
  });
});
