// Migrations that cannot be taken back: they wait until everything that can be found wrong before running has been looked for.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Client, request } from "./support/client.mjs";
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

test("a class renamed while the server runs keeps its objects and their sockets", async () => {
  const source = (name) => `import { DurableObject } from "cloudflare:workers";
export class ${name} extends DurableObject {
  async fetch(request) {
    if (request.method === "PUT") { await this.ctx.storage.put("value", await request.text()); return new Response("kept"); }
    if (request.headers.get("upgrade") !== "websocket") return new Response(await this.ctx.storage.get("value"));
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws) { ws.send("${name} has " + await this.ctx.storage.get("value")); }
}
export default { fetch: (request, env) => env.KEPT.getByName("one").fetch(request) };
`;
  const keys = (name, migrations) => ({
    name: "renaming", main: "src/index.js", compatibility_date: "2026-04-07", migrations,
    durable_objects: { bindings: [{ name: "KEPT", class_name: name }] },
  });
  const first = [{ tag: "v1", new_sqlite_classes: ["Before"] }];
  const config = project({ "src/index.js": source("Before") }, keys("Before", first));
  const server = await dev({ config });
  try {
    assert.equal((await request(server.url, "/", { method: "PUT", body: "it" })).body, "kept");
    const client = await Client.open(server.url, "/");
    assert.equal(await client.ask("who"), "Before has it");
    // The program and the configuration change together: a file that is not there yet is nobody's.
    const renamed = [...first, { tag: "v2", renamed_classes: [{ from: "Before", to: "After" }] }];
    fs.writeFileSync(path.join(path.dirname(config), "src/after.js"), source("After"));
    fs.writeFileSync(config, JSON.stringify({ ...keys("After", renamed), main: "src/after.js" }));
    await server.printed(/Reloaded/);
    assert.equal(await client.ask("who"), "After has it");
    assert.equal((await request(server.url, "/")).body, "it");
    client.vanish();
  } finally {
    await server.stop();
  }
});
