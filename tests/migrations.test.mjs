// Migrations that cannot be taken back: they wait until everything that can be found wrong before running has been looked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project, run } from "./support/holdfast.mjs";
import { temporaryFolder } from "./support/process.mjs";

const index = `import { DurableObject } from "cloudflare:workers";
export class Kept extends DurableObject {
  async fetch(request) {
    if (request.method === "PUT") await this.ctx.storage.put("value", await request.text());
    return new Response(await this.ctx.storage.get("value"));
  }
}
export default { fetch: (request, env) => env.KEPT ? env.KEPT.getByName("one").fetch(request) : new Response("none") };
`;
const created = { tag: "v1", new_sqlite_classes: ["Kept"] };
const bound = { durable_objects: { bindings: [{ name: "KEPT", class_name: "Kept" }] } };
const worker = (source, keys) => project({ "src/index.js": source }, {
  name: "migrating", main: "src/index.js", compatibility_date: "2026-04-07", ...keys,
});

test("a class is deleted only when the program without it can be read", async () => {
  const state = temporaryFolder();
  const value = async (config, options) => {
    const server = await dev({ config, state });
    try {
      return (await request(server.url, "/", options)).body;
    } finally {
      await server.stop();
    }
  };
  const before = worker(index, { ...bound, migrations: [created] });
  assert.equal(await value(before, { method: "PUT", body: "precious" }), "precious");

  const migrations = [created, { tag: "v2", deleted_classes: ["Kept"] }];
  const broken = await run(["dev", "--config", worker("export default {", { migrations }), "--port", "0", "--persist-to", state]);
  assert.equal(broken.code, 1, broken.text);
  assert.equal(await value(before), "precious");

  assert.equal(await value(worker(index, { migrations })), "none");
  const anew = worker(index, { ...bound, migrations: [...migrations, { tag: "v3", new_sqlite_classes: ["Kept"] }] });
  assert.equal(await value(anew), "");
});
