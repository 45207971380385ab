// Cron triggers on request: `--test-scheduled` and its two addresses, for each form of handler; and what the configuration says.
// That they fire by the clock takes a minute to see: long/scheduled.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, onReference, project, run } from "./support/holdfast.mjs";

const date = "2026-04-07";

const act = `
const seen = [];
const see = (about, ctx) => {
  seen.push(about);
  if (about.cron === "0 0 * * MON") ctx.waitUntil(new Promise((resolve) => setTimeout(() => { seen.push("waited"); resolve(); }, 30)));
  if (about.cron === "fail") throw new Error("on purpose");
};`;
const forms = {
  "an object": `${act}
export default {
  fetch: (request) => new URL(request.url).pathname === "/seen" ? Response.json(seen.splice(0)) : new Response("the program's own", { status: 404 }),
  scheduled(controller, env, ctx) { if (controller.cron === "1 1 1 1 *") controller.noRetry(); see({ cron: controller.cron, time: controller.scheduledTime, variable: env.VARIABLE }, ctx); },
};`,
  "a class": `${act}
import { WorkerEntrypoint } from "cloudflare:workers";
export default class extends WorkerEntrypoint {
  fetch(request) { return new URL(request.url).pathname === "/seen" ? Response.json(seen.splice(0)) : new Response("the program's own", { status: 404 }); }
  scheduled(controller) { if (controller.cron === "1 1 1 1 *") controller.noRetry(); see({ cron: controller.cron, time: controller.scheduledTime, variable: this.env.VARIABLE }, this.ctx); }
};`,
  "listeners": `${act}
addEventListener("fetch", (event) => event.respondWith(new URL(event.request.url).pathname === "/seen" ? Response.json(seen.splice(0)) : new Response("the program's own", { status: 404 })));
addEventListener("scheduled", (event) => {
  if (event.type !== "scheduled" || !(event instanceof ScheduledEvent)) throw new Error("what is this?");
  if (event.cron === "1 1 1 1 *") event.noRetry();
  see({ cron: event.cron, time: event.scheduledTime, variable: VARIABLE }, event);
});`,
};

describe("cron triggers", { skip: onReference && "flags of ours", timeout: 300_000 }, () => {
  for (const [form, source] of Object.entries(forms)) {
    describe(`of ${form}`, () => {
      let server;
      before(async () => {
        const config = project({ "worker.js": source }, { name: "cron", main: "worker.js", compatibility_date: date, vars: { VARIABLE: "v" }, triggers: { crons: ["0 0 1 1 *"] } });
        server = await dev({ config, args: ["--test-scheduled"] });
      });
      after(() => server?.stop());
      const ask = async (path) => {
        const { status, headers, body } = await request(server.url, path);
        return [status, headers["content-type"], body];
      };
      const seen = async () => JSON.parse((await request(server.url, "/seen")).body);
      const text = "text/plain;charset=UTF-8";

      test("/__scheduled", async () => {
        const begun = Date.now();
        assert.deepEqual(await ask("/__scheduled?cron=*+*+*+*+*"), [200, text, "Ran scheduled event"]);
        const [{ cron, time, variable }, ...rest] = await seen();
        assert.deepEqual([cron, variable, rest], ["* * * * *", "v", []]);
        assert.ok(time >= begun && time <= Date.now(), `${time} is not now`);
      });

      test("/cdn-cgi/handler/scheduled", async () => {
        assert.deepEqual(await ask("/cdn-cgi/handler/scheduled?cron=0+0+*+*+MON&time=1745856238000"), [200, text, "ok"]);
        // What the handler was told to wait for is over too.
        assert.deepEqual(await seen(), [{ cron: "0 0 * * MON", time: 1745856238000, variable: "v" }, "waited"]);
        assert.deepEqual(await ask("/cdn-cgi/handler/scheduled?format=json&cron=1+1+1+1+*"), [200, "application/json", '{"outcome":"ok","noRetry":true}']);
        assert.equal((await seen())[0].cron, "1 1 1 1 *");
      });

      test("a handler that fails", async () => {
        assert.deepEqual(await ask("/cdn-cgi/handler/scheduled?cron=fail"), [500, text, "exception"]);
        assert.equal((await ask("/__scheduled?cron=fail"))[0], 500);
        assert.match(server.text, /on purpose/);
        await seen();
      });
    });
  }

  test("without the flag these are the program's own addresses", async () => {
    const config = project({ "worker.js": forms["an object"] }, { name: "cron", main: "worker.js", compatibility_date: date });
    const server = await dev({ config });
    try {
      for (const path of ["/__scheduled?cron=*+*+*+*+*", "/cdn-cgi/handler/scheduled"]) {
        assert.equal((await request(server.url, path)).body, "the program's own");
      }
      assert.equal((await request(server.url, "/seen")).body, "[]");
    } finally {
      await server.stop();
    }
  });

  test("a program without a handler", async () => {
    const config = project({ "worker.js": "export default { fetch: () => new Response('fine') };" }, { name: "cron", main: "worker.js", compatibility_date: date });
    const server = await dev({ config, args: ["--test-scheduled"] });
    try {
      assert.equal((await request(server.url, "/cdn-cgi/handler/scheduled?format=json")).body, '{"outcome":"exception","noRetry":true}');
      assert.match(server.text, /Did you remember to export a scheduled\(\) function\?/);
      assert.match(server.text, /Handler does not export a scheduled\(\) function/);
    } finally {
      await server.stop();
    }
  });

  test("a handler that is ended, or ends itself", async () => {
    const ways = {
      abort: "ctx.abort();",
      spin: "for (;;);",
      later: "await scheduler.wait(1); for (;;);",
      waiting: "ctx.waitUntil((async () => { await scheduler.wait(1); for (;;); })());",
      getter: "return { get then() { throw new Error('no promise'); } };",
    };
    const cases = Object.entries(ways).map(([way, code]) => `case "${way}": return (${code.includes("await") ? "async " : ""}() => { ${code} })();`);
    const source = `export default {
      fetch: () => new Response("fine"),
      scheduled({ cron }, env, ctx) { switch (cron) { ${cases.join(" ")} } },
    };`;
    const config = project({ "worker.js": source }, { name: "cron", main: "worker.js", compatibility_date: date, limits: { cpu_ms: 200 } });
    const server = await dev({ config, args: ["--test-scheduled"] });
    try {
      const ends = await Promise.all(Object.keys(ways).map((way) =>
        request(server.url, `/cdn-cgi/handler/scheduled?cron=${way}`).then(({ body }) => [way, body], ({ message }) => [way, message])));
      assert.deepEqual(ends, Object.keys(ways).map((way) => [way, "exception"]));
      assert.equal((await request(server.url, "/cdn-cgi/handler/scheduled?cron=nothing")).body, "ok");
    } finally {
      await server.stop();
    }
  });

  test("an expression that is none is shown where it is", async () => {
    const config = project({ "worker.js": forms["an object"] }, { name: "cron", main: "worker.js", compatibility_date: date, triggers: { crons: ["0 0 * * *", "0 0 * * 0"] } });
    const { code, text } = await run(["check", "--config", config]);
    assert.equal(code, 1);
    assert.match(text, /wrangler\.json:8:7: "0 0 \* \* 0" is no cron expression: 0 is no day of the week: they go from 1 to 7 \(SUN to SAT\)/);
  });
});
