// Cron triggers by the clock: one for every minute fires at the minute, in the first Worker and in another; new code takes over
// what is due, and a trigger that is gone from the configuration does not fire any more.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, project } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";

const source = (name) => `const seen = [];
export default {
  fetch: (request, env) => new URL(request.url).pathname === "/other" ? env.OTHER.fetch("http://other/") : Response.json(seen),
  scheduled(controller) { seen.push(["${name}", controller.cron, controller.scheduledTime, Date.now()]); },
};`;
const worker = (name, services) => project({ "worker.js": source(name) }, {
  name, main: "worker.js", compatibility_date: "2026-04-07", services, triggers: { crons: ["* * * * *", "0 0 31 11 *"] },
});

test("a trigger for every minute fires at the minute", { timeout: 300_000 }, async () => {
  const [first, other] = [worker("first", [{ binding: "OTHER", service: "other" }]), worker("other")];
  const server = await dev({ config: [first, other] });
  const seen = async (path) => JSON.parse((await request(server.url, path)).body);
  try {
    for (const [path, name] of [["/", "first"], ["/other", "other"]]) {
      const [[who, cron, scheduled, fired]] = await eventually(`${name} to be called`, async () => {
        const list = await seen(path);
        return list.length > 0 && list;
      }, 70_000);
      assert.deepEqual([who, cron, scheduled % 60_000], [name, "* * * * *", 0]);
      assert.ok(fired >= scheduled && fired < scheduled + 5_000, `fired ${fired - scheduled} ms after its time`);
    }
    // The first is loaded again without triggers, so that only the other is called in the next minute.
    const config = JSON.parse(fs.readFileSync(first, "utf8"));
    fs.writeFileSync(first, JSON.stringify({ ...config, triggers: { crons: [] } }));
    await eventually("the program to be loaded again", async () => (await seen("/")).length === 0);
    const before = (await seen("/other")).length;
    await eventually("the other to be called again", async () => (await seen("/other")).length > before, 70_000);
    assert.deepEqual(await seen("/"), []);
  } finally {
    await server.stop();
  }
});
