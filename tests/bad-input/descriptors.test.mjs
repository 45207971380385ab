// More connections than descriptors: a server that may open 1,024 files refuses the rest politely, serves the ones it has,
// and takes new ones as soon as some leave. The clients are processes of their own, as in life.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, request } from "../support/client.mjs";
import { dev, echo, room } from "../support/holdfast.mjs";
import { Program, eventually } from "../support/process.mjs";

const crowd = path.join(path.dirname(fileURLToPath(import.meta.url)), "crowd.mjs");
const LIMIT = 1024, CROWDS = 4, EACH = 400;

test("more connections than descriptors", { timeout: 300_000 }, async () => {
  const server = await dev({ config: room(echo), descriptors: LIMIT });
  const crowds = [];
  try {
    const early = await Client.open(server.url, "/early/hibernatable");
    for (let number = 0; number < CROWDS; number++) {
      crowds.push(new Program(process.execPath, [crowd, server.url, String(EACH)]));
    }
    const reports = await Promise.all(crowds.map(async (one) => JSON.parse((await one.printed(/^\{.*\}$/m))[0])));
    const opened = reports.reduce((sum, { opened }) => sum + opened, 0);
    const answered = reports.reduce((sum, { answered }) => sum + answered, 0);
    // A server needs some descriptors for itself, but most of them are for its clients.
    assert.ok(opened < LIMIT, `${opened} opened`);
    assert.ok(opened > LIMIT / 2, `only ${opened} opened`);
    assert.equal(answered, opened, "every connection that was taken is served");
    assert.equal(await early.ask("still here"), "still here");
    assert.equal(server.program.code, undefined, server.text);
    // One crowd leaves: there is room again.
    await crowds[0].kill();
    await eventually("a new connection to be taken", async () => {
      const client = await Client.open(server.url, "/late", { ms: 2_000 }).catch(() => null);
      if (!client) return false;
      const said = await client.ask("new here").catch(() => null);
      client.vanish();
      return said === "new here";
    });
    assert.equal(await early.ask("and still"), "and still");
    for (const one of crowds) await one.kill();
    await eventually("requests to be served", async () => (await request(server.url, "/x").catch(() => null))?.status === 200);
    assert.doesNotMatch(server.text, /panicked/);
    early.vanish();
  } finally {
    for (const one of crowds) await one.kill();
    await server.stop();
  }
});
