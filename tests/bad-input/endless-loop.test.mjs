// A handler that never returns: it is stopped at the CPU limit and its object starts anew, with its sockets; until then
// objects on other threads answer and new connections are taken.
import assert from "node:assert/strict";
import os from "node:os";
import { after, before, describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, echo, room } from "../support/holdfast.mjs";

describe("an endless loop", { timeout: 300_000, skip: os.availableParallelism() < 2 && "needs two processors" }, () => {
  let server;
  before(async () => {
    server = await dev({
      config: room(`
  birth = crypto.randomUUID();
${echo.replace("webSocketMessage(ws, message) {", `webSocketMessage(ws, message) {
    if (message === "loop") for (;;);
    if (message === "birth") return ws.send(String(this.birth));`)}`, {
        worker: `if (request.url.endsWith("/plain")) return new Response("plain"); if (request.url.endsWith("/loop")) for (;;);`,
      }),
      args: ["--cpu-limit", "1500ms", "--threads", "2"],
    });
  });
  after(() => server?.stop());

  test("in an object: others are served, it is stopped and born again", async () => {
    const names = Array.from({ length: 12 }, (_, number) => `object-${number}`);
    const clients = await Promise.all(names.map((name) => Client.open(server.url, `/${name}/hibernatable`)));
    for (const client of clients) assert.equal(await client.ask("hello"), "hello");
    let newcomers = 0;
    // Which objects share a thread is not ours to know, nor where the Worker's own code runs: a loop in each of a few
    // shows both.
    for (const looping of clients.slice(0, 4)) {
      const others = clients.filter((one) => one !== looping && one.isOpen);
      let stopped = false;
      const birth = await looping.ask("birth");
      looping.send("loop");
      // The socket is held, and what waits goes to the next instance.
      const born = looping.ask("birth").finally(() => { stopped = true; });
      const answers = others.map((one) => one.ask("meanwhile").then(() => !stopped));
      const newcomer = request(server.url, "/plain").then(({ status }) => status === 200 && !stopped);
      const early = (await Promise.all(answers)).filter(Boolean).length;
      if (await newcomer) newcomers++;
      assert.ok(early > 0, "objects on the other thread answer while one loops");
      assert.notEqual(await born, birth);
    }
    assert.ok(newcomers > 0, "new connections are served while an object loops");
    await server.printed(/CPU|limit|too long|stopped/i);
    for (const client of clients) client.vanish();
  });

  test("in the Worker itself: 500, and the next request is served", async () => {
    assert.ok((await request(server.url, "/loop")).status >= 500);
    assert.equal((await request(server.url, "/plain")).body, "plain");
    const client = await Client.open(server.url, "/after-all");
    assert.equal(await client.ask("hello"), "hello");
    client.vanish();
  });
});
