// What the machine refuses: a port, a folder. Root may write anywhere, so the folder is one that cannot exist: below a file.
import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, echo, exit, project, room, run } from "../support/holdfast.mjs";
import { temporaryFolder } from "../support/process.mjs";

const fine = () => room(echo);

describe("machine", { concurrency: 2 }, () => {
  test("a port in use is named", async () => {
    const other = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address();
    const { code, text } = await run(["dev", "--config", fine(), "--ip", "127.0.0.1", "--port", String(port), "--persist-to", temporaryFolder()]);
    other.close();
    assert.equal(code, exit.listen, text);
    assert.match(text, new RegExp(`${port}`));
    assert.doesNotMatch(text, /panicked|Ready on/);
  });

  test("a state folder that cannot be written is named", async () => {
    const file = path.join(temporaryFolder(), "a-file");
    fs.writeFileSync(file, "not a folder");
    const { code, text } = await run(["dev", "--config", fine(), "--port", "0", "--persist-to", path.join(file, "state")]);
    assert.equal(code, exit.state, text);
    assert.match(text, /a-file/);
    assert.doesNotMatch(text, /panicked|Ready on/);
  });

  test("a state folder that another server holds is refused", async () => {
    const first = await dev({ config: fine() });
    const { code, text } = await run(["dev", "--config", fine(), "--port", "0", "--persist-to", first.state]);
    await first.stop();
    assert.equal(code, exit.state, text);
    assert.doesNotMatch(text, /panicked/);
  });

  test("an object that stores nothing keeps its name", async () => {
    const config = room(`fetch() { return Response.json([String(this.ctx.id), this.ctx.id.name ?? null]); }`, {
      worker: `const hex = new URL(request.url).searchParams.get("id");
    if (hex) return env.ROOM.get(env.ROOM.idFromString(hex)).fetch(request);`,
    });
    const first = await dev({ config });
    const [id, name] = JSON.parse((await request(first.url, "/caf\u00e9%20one")).body);
    await first.program.kill();
    const second = await dev({ config, state: first.state });
    try {
      assert.deepEqual(JSON.parse((await request(second.url, `/?id=${id}`)).body), [id, name]);
      assert.notEqual(name, null);
    } finally {
      await second.stop();
    }
  });

  test("what was acknowledged is there after the process is killed", async () => {
    const config = room(`async fetch(request) {
    if (request.method === "PUT") { await this.ctx.storage.put("value", await request.text()); return new Response("kept"); }
    return new Response(String(await this.ctx.storage.get("value")));
  }`);
    const first = await dev({ config });
    for (const [name, value] of [["/a", "first"], ["/b", "second"], ["/a", "third"]]) {
      assert.equal((await request(first.url, name, { method: "PUT", body: value })).body, "kept");
    }
    await first.program.kill();
    const second = await dev({ config, state: first.state });
    try {
      assert.equal((await request(second.url, "/a")).body, "third");
      assert.equal((await request(second.url, "/b")).body, "second");
      assert.equal((await request(second.url, "/c")).body, "undefined");
    } finally {
      await second.stop();
    }
  });

  test("SIGTERM says goodbye with 1001 and ends with 0", async () => {
    const server = await dev({ config: fine() });
    const clients = [await Client.open(server.url, "/one"), await Client.open(server.url, "/two/hibernatable")];
    for (const client of clients) assert.equal(await client.ask("hello"), "hello");
    const ended = server.stop(15_000);
    for (const client of clients) assert.equal((await client.closed()).code, 1001);
    assert.equal(await ended, 0);
  });

  test("check accepts what runs and refuses what does not", async () => {
    assert.equal((await run(["check", "--config", fine()])).code, 0);
    const broken = project({ "worker.js": "let = ;" }, { name: "x", main: "worker.js", compatibility_date: "2026-04-07" });
    const { code, text } = await run(["check", "--config", broken]);
    assert.equal(code, exit.program);
    assert.match(text, /worker\.js:1/);
  });

  test("--version and --help answer, init makes a project that checks", async () => {
    assert.match((await run(["--version"])).text, /holdfast \d+\.\d+/);
    assert.match((await run(["--help"])).text, /dev[\s\S]*init[\s\S]*check/);
    const folder = path.join(temporaryFolder(), "new");
    const made = await run(["init", folder]);
    assert.equal(made.code, 0, made.text);
    const checked = await run(["check"], { cwd: folder });
    assert.equal(checked.code, 0, checked.text);
    assert.notEqual((await run(["init", folder])).code, 0, "a folder that is there must not be overwritten");
  });
});
