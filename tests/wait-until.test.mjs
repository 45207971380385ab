// ctx.waitUntil() within its limit: what it was given may go on for so long after the response, and is then cut, with a warning.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, onReference, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const source = `import { WorkerEntrypoint } from "cloudflare:workers";
const seen = [];
let heard = 0;
const later = (ms, name) => new Promise((resolve) => setTimeout(() => { seen.push(name); resolve(); }, ms));
export class Methods extends WorkerEntrypoint {
  work() { this.ctx.waitUntil(later(100, "in time for a method")); this.ctx.waitUntil(later(60_000, "too late for a method")); return "worked"; }
}
export default {
  async fetch(request, env, ctx) {
    switch (new URL(request.url).pathname) {
      case "/wait": ctx.waitUntil(later(100, "in time")); ctx.waitUntil(later(2_000, "too late")); return new Response("sent");
      case "/method": return new Response(await env.METHODS.work());
      case "/slow": { ctx.waitUntil(later(3_000, "beside a slow answer")); await later(2_500, "before a slow answer"); return new Response("sent"); }
      case "/pair": {
        const [a, b] = Object.values(new WebSocketPair());
        for (const side of [a, b]) side.accept();
        b.addEventListener("message", async () => { heard++; await scheduler.wait(5); a.send(""); });
        a.send("");
        ctx.waitUntil(new Promise(() => {}));
        return new Response("sent");
      }
      case "/heard": return new Response(String(heard));
      case "/clear": { let id = setTimeout(() => {}); while (id-- > 0) clearTimeout(id); return new Response("cleared"); }
      case "/late": setTimeout(() => ctx.waitUntil(later(60_000, "too late for a timer")), 50); return new Response("sent");
      case "/seen": return Response.json(seen);
    }
  }
};`;

describe("waitUntil()", { skip: onReference && "a flag of ours", timeout: 300_000 }, () => {
  let server;
  before(async () => {
    const config = project({ "worker.js": source }, { name: "waits", main: "worker.js", compatibility_date: "2026-04-07", services: [{ binding: "METHODS", service: "waits", entrypoint: "Methods" }] });
    server = await dev({ config, args: ["--wait-until-limit", "1s"] });
  });
  after(() => server?.stop());
  const seen = async () => JSON.parse((await request(server.url, "/seen")).body);
  const warnings = () => server.text.split("waitUntil() tasks did not complete within the allowed time").length - 1;

  test("what takes longer is cut", async () => {
    await request(server.url, "/wait");
    await request(server.url, "/method");
    await eventually("both to be cut", () => warnings() === 2);
    assert.deepEqual((await seen()).sort(), ["in time", "in time for a method"]);
    // The handler itself may take its time: what counts begins when it is through.
    await request(server.url, "/slow");
    await eventually("what it left to be done", async () => (await seen()).includes("beside a slow answer"));
    assert.deepEqual((await seen()).sort(), ["before a slow answer", "beside a slow answer", "in time", "in time for a method"]);
    assert.equal(warnings(), 2);
  });

  test("what is first told to wait when all else is over is cut too", async () => {
    const before = warnings();
    await request(server.url, "/late");
    await eventually("it to be cut", () => warnings() === before + 1);
    assert.ok(!(await seen()).includes("too late for a timer"));
  });

  test("clearing every number there may be clears no timer of another request, nor the limit", async () => {
    const before = warnings();
    const slow = request(server.url, "/slow");
    await request(server.url, "/wait");
    assert.equal((await request(server.url, "/clear")).body, "cleared");
    await slow;
    await eventually("the others to be cut", () => warnings() === before + 1);
  });

  test("a socket whose both sides the program has is no way round it", async () => {
    const before = warnings();
    await request(server.url, "/pair");
    await eventually("it to be cut", () => warnings() === before + 1);
    const { body } = await request(server.url, "/heard");
    assert.notEqual(body, "0");
    await request(server.url, "/wait");
    await eventually("another to be cut", () => warnings() === before + 2);
    assert.equal((await request(server.url, "/heard")).body, body);
  });
});
