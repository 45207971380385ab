// `holdfast objects`: each command beside a running server, through its socket, and on the state folder without one; and
// what npm workerd and Miniflare left is taken in, alarms too.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Client, request } from "./support/client.mjs";
import { dev, exit, objects, onReference, project, run } from "./support/holdfast.mjs";
import { npm } from "./support/packages.mjs";
import { eventually, temporaryFolder } from "./support/process.mjs";
import { workerd } from "./support/workerd.mjs";

const name = "keeper";
const date = "2026-04-07";
const classes = { ROOM: "Room", HALL: "Hall" };
const source = `
class Kept {
  constructor(state) {
    this.state = state;
    this.sql = state.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS lines (n INTEGER PRIMARY KEY, text TEXT)");
  }
  lines() { return [...this.sql.exec("SELECT text FROM lines ORDER BY n")].map((row) => row.text); }
  async fetch(request) {
    const [, , , what, text] = new URL(request.url).pathname.split("/");
    if (what === "say") this.sql.exec("INSERT INTO lines (text) VALUES (?)", decodeURIComponent(text));
    if (what === "alarm") await this.state.storage.setAlarm(Number(text));
    if (what === "key") await this.state.storage.put("key", text);
    if (what === "block") this.state.blockConcurrencyWhile(async () => {
      this.began = true;
      await new Promise((resolve) => setTimeout(resolve, 700));
      this.sql.exec("INSERT INTO lines (text) VALUES ('from the section')");
    });
    if (what === "socket") {
      const [client, server] = Object.values(new WebSocketPair());
      this.state.acceptWebSocket(server);
      return new Response(null, { status: 101, webSocket: client });
    }
    return Response.json({ lines: this.lines(), alarm: await this.state.storage.getAlarm(), key: (await this.state.storage.get("key")) ?? null });
  }
  webSocketMessage(ws, text) { ws.send(text); }
  alarm() { this.sql.exec("INSERT INTO lines (text) VALUES ('alarm')"); }
}
export class Room extends Kept {}
export class Hall extends Kept {}
export default {
  fetch(request, env) {
    const [, binding, object] = new URL(request.url).pathname.split("/");
    return env[binding].get(env[binding].idFromName(object)).fetch(request);
  },
};`;

const config = () =>
  project({ "worker.js": source }, { name, main: "worker.js", compatibility_date: date, ...objects(classes, { sqlite: true }) });

/** A server, and how to talk to it and to its tools. */
async function started(options = {}) {
  const server = await dev({ config: options.config ?? config(), args: ["--threads", "2"], ...options });
  return {
    server,
    state: server.state,
    tool: tools(server.state),
    async ask(place) {
      const { status, body } = await request(server.url, place);
      assert.equal(status, 200, `${place}: ${body}\n${server.text}`);
      return JSON.parse(body);
    },
  };
}

/** Runs `holdfast objects` on a state folder. `tool.json` parses its answer. */
function tools(state, ...more) {
  const tool = (...words) => run(["objects", ...words, "--persist-to", state, ...more]);
  tool.ok = async (...words) => {
    const { code, text } = await tool(...words);
    assert.equal(code, exit.done, `${words.join(" ")}: ${text}`);
    return text;
  };
  tool.json = async (...words) => JSON.parse(await tool.ok(...words, "--json"));
  tool.refused = async (pattern, ...words) => {
    const { code, text } = await tool(...words);
    assert.equal(code, 6, `${words.join(" ")}: ${text}`);
    assert.match(text, pattern);
  };
  return tool;
}

/** What every command does to what `filled` stored, wherever it is run. */
async function check(tool) {
  const list = await tool.json("list");
  assert.deepEqual(list.map((one) => [one.class, one.name]), [["Room", "lobby"], ["Room", "other"], ["Hall", "lobby"]]);
  assert.ok(list.every((one) => one.bytes >= 4096 && one.bytes % 4096 === 0), JSON.stringify(list));
  assert.equal(list[0].alarm, 4102444800000);
  assert.deepEqual((await tool.json("list", "--class", "Hall")).map((one) => one.name), ["lobby"]);
  assert.match(await tool.ok("list"), /^CLASS +ID +SIZE +ALARM +NAME\nRoom +[0-9a-f]{64} +\d+ KiB +2100-01-01T00:00:00\.000Z  lobby\n/);

  const shown = await tool.json("show", "lobby", "--class", "Room");
  assert.deepEqual([shown.id, shown.keys, shown.tables, shown.backend], [list[0].id, 1, [{ name: "lines", rows: 2 }], "sqlite"]);
  assert.equal((await tool.json("show", list[0].id)).name, "lobby");
  assert.match(await tool.ok("show", list[0].id), /name +lobby\n(.*\n)*alarm +2100-01-01T00:00:00\.000Z\n/);

  const rows = await tool.json("sql", "lobby", "SELECT n, text, NULL AS none, x'00ff' AS bytes, 0.5 AS half FROM lines", "--class", "Room");
  assert.deepEqual(rows.columns, ["n", "text", "none", "bytes", "half"]);
  assert.deepEqual(rows.rows[1], [2, "w\u00f6rld", null, { hex: "00ff" }, 0.5]);
  assert.match(await tool.ok("sql", "other", "SELECT text FROM lines"), /^text\nelsewhere\n\(1 row\)\n$/);
  assert.match(await tool.ok("sql", "other", "INSERT INTO lines (text) VALUES ('by hand'); SELECT count(*) AS lines FROM lines"), /^lines\n2\n/);
  assert.match(await tool.ok("sql", "other", "DELETE FROM lines WHERE text = 'by hand'"), /1 row written/);

  await tool.refused(/several objects "lobby"[^]*--class: Room, Hall/, "show", "lobby");
  await tool.refused(/no object "nobody" has stored anything[^]*Room, Hall/, "show", "nobody");
  await tool.refused(/Hall "other" has stored nothing[^]*--class Room/, "sql", "other", "SELECT 1", "--class", "Hall");
  await tool.refused(/no class "room"[^]*did you mean --class Room/, "list", "--class", "room");
  await tool.refused(/is no id of/, "show", "0".repeat(64));
  await tool.refused(/no such table: missing: SQLITE_ERROR/, "sql", "other", "SELECT * FROM missing");
  await tool.refused(/not authorized/, "sql", "other", "ATTACH 'x' AS y");
  await tool.refused(/SQLITE_ERROR/, "sql", "other", "INSERT INTO lines (text) VALUES ('undone'); SELECT * FROM missing");
  assert.equal((await tool.json("sql", "other", "SELECT * FROM lines")).rows.length, 1);
  await tool.refused(/./, "sql", "other", "CREATE TABLE parents (n INTEGER PRIMARY KEY); CREATE TABLE children (n REFERENCES parents); PRAGMA defer_foreign_keys = ON; INSERT INTO children VALUES (99)");
  await tool.refused(/no such table: parents/, "sql", "other", "SELECT * FROM parents");

  const file = path.join(temporaryFolder(), "copy.sqlite");
  assert.match(await tool.ok("export", list[0].id, file), /Room "lobby" is in .*copy\.sqlite/);
  assert.equal(fs.readFileSync(file).subarray(0, 15).toString(), "SQLite format 3");
  await tool.refused(/exists already/, "export", list[0].id, file);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ["copy.sqlite"]);
  await tool.refused(/there is no file/, "import", "other", `${file}.gone`, "--class", "Room");
  fs.writeFileSync(`${file}.txt`, "no database".repeat(1000));
  await tool.refused(/not a database/, "import", "other", `${file}.txt`, "--class", "Room");
  await tool.refused(/no object "copied" yet[^]*--class: Room, Hall/, "import", "copied", file);
  const imported = await tool.json("import", "copied", file, "--class", "Hall");
  assert.deepEqual([imported.objects[0].name, imported.objects[0].alarm], ["copied", 4102444800000]);
  assert.deepEqual((await tool.json("sql", "copied", "SELECT text FROM lines")).rows, [["hello"], ["w\u00f6rld"]]);
  assert.equal((await tool.json("list", "--class", "Hall")).length, 2);
}

async function filled(ask) {
  await ask("/ROOM/lobby/say/hello");
  await ask(`/ROOM/lobby/say/${encodeURIComponent("w\u00f6rld")}`);
  await ask("/ROOM/lobby/alarm/4102444800000");
  await ask("/ROOM/lobby/key/value");
  await ask("/ROOM/other/say/elsewhere");
  await ask("/HALL/lobby/say/hall");
}

const skip = onReference && "it is about Holdfast's own commands";

describe("objects", { skip, concurrency: 2 }, () => {
  test("beside a server", { timeout: 300_000 }, async () => {
    const { server, state, tool, ask } = await started();
    try {
      await filled(ask);
      await check(tool);
      assert.equal(fs.statSync(path.join(state, "tools.sock")).mode & 0o777, 0o600);
      // The program sees what was put under it, and the object that had it is another.
      assert.deepEqual(await ask("/HALL/copied/"), { lines: ["hello", "w\u00f6rld"], alarm: 4102444800000, key: "value" });
      const socket = await Client.open(server.url, "/ROOM/other/socket");
      const file = path.join(temporaryFolder(), "hall.sqlite");
      await tool.ok("export", "lobby", file, "--class", "Hall");
      await tool.ok("import", "other", file, "--class", "Room");
      assert.equal((await socket.closed()).code, 1006);
      assert.deepEqual((await ask("/ROOM/other/")).lines, ["hall"]);
    } finally {
      await server.stop();
    }
    assert.equal(fs.existsSync(path.join(state, "tools.sock")), false);
    assert.match(await tool.ok("show", "copied"), /alarm +2100/);
  });

  test("without a server", { timeout: 300_000 }, async () => {
    const own = config();
    const { server, state, tool, ask } = await started({ config: own });
    await filled(ask);
    await server.stop();
    await check(tool);
    const again = await started({ config: own, state });
    try {
      assert.deepEqual((await again.ask("/HALL/copied/")).lines, ["hello", "w\u00f6rld"]);
      assert.deepEqual((await again.ask("/ROOM/other/")).lines, ["elsewhere"]);
    } finally {
      await again.server.stop();
    }
  });

  test("a server that was killed is recovered first, and its socket is in nobody's way", { timeout: 300_000 }, async () => {
    const own = config();
    const { server, state, tool, ask } = await started({ config: own });
    await filled(ask);
    process.kill(server.pid, "SIGKILL");
    await server.program.exited;
    assert.ok(fs.existsSync(path.join(state, "tools.sock")));
    await check(tool);
    const again = await started({ config: own, state });
    try {
      assert.equal((await again.tool.json("list")).length, 4);
    } finally {
      await again.server.stop();
    }
  });

  test("SQL waits for the object's critical sections", { timeout: 300_000 }, async () => {
    const { server, tool, ask } = await started();
    try {
      await ask("/ROOM/one/say/first");
      await ask("/ROOM/one/block");
      const { rows } = await tool.json("sql", "one", "SELECT text FROM lines ORDER BY n", "--class", "Room");
      assert.deepEqual(rows, [["first"], ["from the section"]]);
    } finally {
      await server.stop();
    }
  });

  test("SQL that would never end is ended with the server", { timeout: 300_000 }, async () => {
    const { server, tool, ask } = await started();
    await ask("/ROOM/one/say/first");
    const used = () => fs.readFileSync(`/proc/${server.pid}/stat`, "utf8").split(" ").slice(13, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    const before = used();
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    const told = tool("sql", "one", endless, "--class", "Room");
    await eventually("the statement to run", () => used() > before + 50);
    await server.stop();
    const { code, text } = await told;
    assert.equal(code, 6, text);
    assert.match(text, /too busy, or the server stops/);
  });

  test("a path longer than the address of a socket", { timeout: 300_000 }, async () => {
    const { server, state, tool, ask } = await started({ state: path.join(temporaryFolder(), "long".repeat(40)) });
    try {
      await ask("/ROOM/one/say/first");
      assert.deepEqual((await tool.json("sql", "one", "SELECT text FROM lines", "--class", "Room")).rows, [["first"]]);
      assert.equal(fs.statSync(path.join(state, "tools.sock")).mode & 0o777, 0o600);
    } finally {
      await server.stop();
    }
    assert.throws(() => fs.lstatSync(path.join(state, "tools.sock")));
  });

  test("a state folder that is in use, missing, or no project", { timeout: 300_000 }, async () => {
    const own = config();
    const { server, state } = await started({ config: own });
    try {
      const second = await run(["dev", "--config", own, "--port", "0", "--persist-to", state]);
      assert.equal(second.code, exit.state);
      assert.match(second.text, new RegExp(`process ${server.pid} is using it`));
      // A server that does not answer is not gone round.
      fs.unlinkSync(path.join(state, "tools.sock"));
      const silent = await run(["objects", "list", "--persist-to", state]);
      assert.equal(silent.code, exit.state);
      assert.match(silent.text, new RegExp(`process ${server.pid} is using it`));
    } finally {
      await server.stop();
    }
    const missing = path.join(temporaryFolder(), "none");
    const none = await run(["objects", "list", "--persist-to", missing]);
    assert.equal(none.code, exit.state);
    assert.match(none.text, /there is no state folder[^]*--persist-to/);
    assert.equal(fs.existsSync(missing), false);
    const nowhere = await run(["objects", "list"], { cwd: temporaryFolder() });
    assert.equal(nowhere.code, exit.program);
    assert.match(nowhere.text, /--persist-to/);
  });

  test("a server of another version says so", { timeout: 300_000 }, async () => {
    const net = await import("node:net");
    const state = temporaryFolder();
    const server = net.createServer((socket) => socket.end('{"holdfast":"9.9.9","protocol":999,"process":4711}\n'));
    await new Promise((resolve) => server.listen(path.join(state, "tools.sock"), resolve));
    try {
      const { code, text } = await run(["objects", "list", "--persist-to", state]);
      assert.equal(code, exit.state);
      assert.match(text, /process 4711 is holdfast 9\.9\.9[^]*restart/);
    } finally {
      server.close();
    }
  });

  test("what Miniflare wrote is taken in without a server, and its alarm fires", { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    const { Miniflare } = npm("miniflare");
    const miniflare = new Miniflare({
      name,
      modules: true,
      script: source,
      compatibilityDate: date,
      durableObjects: { ROOM: { className: "Room", useSQLite: true }, HALL: { className: "Hall", useSQLite: true } },
      durableObjectsPersist: path.join(folder, "v3", "do"),
    });
    await miniflare.ready;
    const due = Date.now() + 8000;
    try {
      for (const place of ["/ROOM/lobby/say/hello", `/ROOM/lobby/alarm/${due}`, "/HALL/lobby/key/value"]) {
        assert.equal((await miniflare.dispatchFetch(`http://worker${place}`)).status, 200);
      }
    } finally {
      await miniflare.dispose();
    }
    const own = config();
    const state = temporaryFolder();
    const imported = await tools(state, "--config", own).json("import", folder);
    assert.deepEqual(imported.skipped, []);
    assert.deepEqual(imported.objects.map((one) => [one.class, one.alarm]).sort(), [["Hall", null], ["Room", due]]);
    const { server, ask, tool } = await started({ config: own, state });
    try {
      // Nobody calls the object: its alarm is there by itself.
      const id = imported.objects.find((one) => one.class === "Room").id;
      const lines = async () => (await tool.json("sql", id, "SELECT text FROM lines ORDER BY n")).rows.flat();
      await eventually("the alarm", async () => (await lines()).includes("alarm"));
      assert.deepEqual((await ask("/ROOM/lobby/")).lines, ["hello", "alarm"]);
      assert.equal((await ask("/HALL/lobby/")).key, "value");
    } finally {
      await server.stop();
    }
  });

  test("what a workerd that was killed left is taken in by a running server, logs and alarms included", { timeout: 300_000 }, async () => {
    const folder = temporaryFolder();
    const reference = await workerd([{ name, source, date, classes, sqlite: true }], { disk: folder });
    const due = Date.now() + 6000;
    try {
      for (const place of ["/ROOM/lobby/say/hello", `/ROOM/lobby/alarm/${due}`, "/ROOM/two/say/two"]) {
        assert.equal((await request(reference.urls[name], place)).status, 200);
      }
    } finally {
      await reference.program.kill();
    }
    const before = fs.readdirSync(path.join(folder, "keeper-Room")).sort();
    assert.ok(before.some((file) => file.endsWith(".sqlite-wal")), String(before));
    const { server, ask, tool } = await started();
    try {
      await ask("/ROOM/lobby/say/replaced");
      const imported = await tool.json("import", folder);
      assert.equal(imported.objects.length, 2, JSON.stringify(imported));
      assert.deepEqual(fs.readdirSync(path.join(folder, "keeper-Room")).sort(), before, "the folder is only read");
      assert.deepEqual((await ask("/ROOM/two/")).lines, ["two"]);
      const lines = async () => (await tool.json("sql", "lobby", "SELECT text FROM lines ORDER BY n", "--class", "Room")).rows.flat();
      await eventually("the alarm", async () => (await lines()).includes("alarm"));
      assert.deepEqual(await lines(), ["hello", "alarm"]);
      await tool.refused(/of no class here[^]*--config/, "import", folder, "--class", "Hall");
      await tool.refused(/no objects in/, "import", temporaryFolder());
    } finally {
      await server.stop();
    }
  });
});
