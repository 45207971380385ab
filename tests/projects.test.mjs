// Whole projects as people have them: several Workers, old configurations, variables, rules, console output.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { temporaryFolder } from "./support/process.mjs";

async function serving(options, script) {
  const server = await dev(options);
  try {
    await script(server);
  } finally {
    await server.stop();
  }
}

function folder(files) {
  const place = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
    fs.writeFileSync(path.join(place, name), text);
  }
  return place;
}

const get = async (server, where = "/") => (await request(server.url, where)).body;

describe("projects", { concurrency: 2 }, () => {
  test("the first Worker answers, another's objects are reached by script_name", async () => {
    const other = project({
      "worker.js": `export class Room { constructor(state) { this.state = state; } async fetch(request) { const [client, server] = Object.values(new WebSocketPair()); this.state.acceptWebSocket(server); return request.headers.has("Upgrade") ? new Response(null, { status: 101, webSocket: client }) : new Response("room of the other, " + this.state.id.name); } webSocketMessage(ws, message) { ws.send("other " + message); } }\nexport default { fetch() { return new Response("other"); } };`,
    }, { name: "other", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
    const first = project({
      "worker.js": `export default { fetch(request, env) { return new URL(request.url).pathname === "/" ? new Response("first") : env.THEIRS.getByName("x").fetch(request); } };`,
    }, { name: "first", main: "worker.js", compatibility_date: "2026-04-07", durable_objects: { bindings: [{ name: "THEIRS", class_name: "Room", script_name: "other" }] } });
    await serving({ config: [first, other] }, async (server) => {
      assert.equal(await get(server), "first");
      assert.equal(await get(server, "/room"), "room of the other, x");
      const client = await Client.open(server.url, "/room");
      assert.equal(await client.ask("hello"), "other hello");
      client.vanish();
    });
  });

  test("a wrangler 1 project: type, entry from package.json, no date, service-worker format", async () => {
    const place = folder({
      "wrangler.toml": `name = "old"\ntype = "webpack"\naccount_id = ""\nworkers_dev = true\nroute = ""\nzone_id = ""\n`,
      "package.json": `{ "name": "old", "main": "entry.js" }`,
      "entry.js": `import words from "./words";\naddEventListener("fetch", (event) => event.respondWith(new Response(words())));\n`,
      "words.js": `export default () => "from an old project";\n`,
    });
    await serving({ config: path.join(place, "wrangler.toml") }, async (server) => {
      assert.equal(await get(server), "from an old project");
    });
  });

  test("no main: src/index.ts is looked for", async () => {
    const place = folder({
      "wrangler.toml": `name = "bare"\n`,
      "src/index.ts": `export default { fetch(): Response { return new Response("found" as string); } };\n`,
    });
    await serving({ config: path.join(place, "wrangler.toml") }, async (server) => {
      assert.equal(await get(server), "found");
      assert.match(server.text, /compatibility_date/);
    });
  });

  test("variables: configuration, environment, .dev.vars, --var", async () => {
    const place = folder({
      "wrangler.jsonc": `{
  // comments and trailing commas are fine
  "name": "vars", "main": "worker.js", "compatibility_date": "2026-04-07",
  "vars": { "A": "top", "B": "top", "C": "top", "D": { "deep": [1, true] } },
  "env": { "staging": { "vars": { "A": "staging", "B": "staging", "C": "staging" } } },
}`,
      ".dev.vars": `B=from the file\nC="from the file"\n# a comment\n`,
      "worker.js": `export default { fetch(request, env) { return Response.json(env); } };`,
    });
    const config = path.join(place, "wrangler.jsonc");
    await serving({ config, args: ["--var", "C:from the command line"] }, async (server) => {
      assert.deepEqual(JSON.parse(await get(server)), { A: "top", B: "from the file", C: "from the command line", D: { deep: [1, true] } });
    });
    await serving({ config, args: ["--env", "staging"] }, async (server) => {
      const { A, D } = JSON.parse(await get(server));
      assert.deepEqual([A, D], ["staging", undefined]);
    });
  });

  test("modules: TypeScript, JSON, text, data, CommonJS, packages, alias, define", async () => {
    const place = folder({
      "wrangler.json": JSON.stringify({
        name: "modules", main: "src/index.ts", compatibility_date: "2026-04-07",
        rules: [{ type: "Text", globs: ["**/*.greeting"], fallthrough: true }, { type: "Data", globs: ["**/*.raw"] }],
        alias: { aliased: "./src/real.js" },
        define: { VERSION: '"1.2.3"' },
      }),
      "src/index.ts": `
import type { Nothing } from "./nowhere";
import data from "./data.json";
import page from "./page.html";
import greeting from "./hello.greeting";
import raw from "./bytes.raw";
import legacy, { named } from "./legacy.cjs";
import { which } from "some-package";
import { real } from "aliased";
enum Level { Low = 1, High }
class Point { constructor(private x: number, readonly y = 2) {} get sum() { return this.x + this.y; } }
const late = await Promise.resolve("awaited at the top");
export default {
  async fetch(): Promise<Response> {
    const { later } = await import("./later");
    return Response.json({ data, page, greeting, raw: [...new Uint8Array(raw)], legacy: legacy.value, named, which, real, level: Level.High, sum: new Point(1).sum, late, later, version: VERSION });
  },
} satisfies object;
`,
      "src/data.json": `{ "from": "json" }`,
      "src/page.html": `<p>page</p>`,
      "src/hello.greeting": `hello`,
      "src/bytes.raw": "\u0001\u0002",
      "src/legacy.cjs": `exports.named = "named"; exports.value = typeof require;`,
      "src/real.js": `export const real = "really";`,
      "src/later.ts": `export const later: string = "imported later";`,
      "node_modules/some-package/package.json": JSON.stringify({ name: "some-package", exports: { ".": { workerd: "./workerd.js", default: "./default.js" } } }),
      "node_modules/some-package/workerd.js": `export const which = "for workerd";`,
      "node_modules/some-package/default.js": `export const which = "default";`,
    });
    await serving({ config: path.join(place, "wrangler.json") }, async (server) => {
      assert.deepEqual(JSON.parse(await get(server)), {
        data: { from: "json" }, page: "<p>page</p>", greeting: "hello", raw: [1, 2], legacy: "function", named: "named", which: "for workerd",
        real: "really", level: 2, sum: 3, late: "awaited at the top", later: "imported later", version: "1.2.3",
      });
    });
  });

  test("console output is shown with its file, requests with status", async () => {
    const config = project({
      "src/index.js": `export default {\n  fetch(request) {\n    console.log("look", { here: [1, "two"] });\n    console.error("and there");\n    return new Response("x", { status: 418 });\n  },\n};\n`,
    }, { name: "talkative", main: "src/index.js", compatibility_date: "2026-04-07" });
    await serving({ config }, async (server) => {
      await get(server, "/some/path");
      await server.printed(/look \{ here: \[ ?1, ['"]two['"] ?\] \}/);
      await server.printed(/and there/);
      await server.printed(/index\.js/);
      await server.printed(/GET \/some\/path.*418/);
    });
  });
});
