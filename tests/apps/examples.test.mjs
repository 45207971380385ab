// Our own examples over the wire: what their pages rely on, hibernation and restarts included.
import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { examples, needs, start } from "../support/app.mjs";
import { Client, request } from "../support/client.mjs";
import { temporaryFolder } from "../support/process.mjs";

/** A test of examples/NAME; `script` gets the running server and a way to start it anew on the same state. */
function example(name, title, script) {
  const folder = path.join(examples, name);
  test(`${name}: ${title}`, needs(folder, `examples/${name}`), async () => {
    const state = temporaryFolder();
    let server = await start(folder, { state, args: ["--hibernate-after", "300ms"] });
    const restart = async () => {
      await server.stop();
      server = await start(folder, { state, args: ["--hibernate-after", "300ms"] });
      return server;
    };
    try {
      await script(server, restart);
    } finally {
      await server.stop();
    }
  });
}

const page = async (server, where = "/") => {
  const { status, headers, body } = await request(server.url, where);
  assert.equal(status, 200);
  assert.match(headers["content-type"], /^text\/html/);
  assert.match(body, /<meta name="viewport"/, "the page must fit a phone");
};

// Longer than the 300 ms after which an object hibernates here; nothing below depends on whether it did.
const silence = () => new Promise((resolve) => setTimeout(resolve, 1_000));

describe("examples", { concurrency: 2 }, () => {
  example("counter", "counts for everybody, through sleep and restart", async (server, restart) => {
    await page(server);
    const [one, two] = [await Client.open(server.url), await Client.open(server.url)];
    assert.deepEqual([await one.next(), await two.next()], ["0", "0"]);
    one.send("click");
    assert.deepEqual([await one.next(), await two.next()], ["1", "1"]);
    await silence();
    two.send("click");
    assert.deepEqual([await one.next(), await two.next()], ["2", "2"]);
    assert.equal((await one.close()).code, 1000);
    two.vanish();
    const again = await restart();
    const three = await Client.open(again.url);
    assert.equal(await three.next(), "2");
    three.vanish();
  });

  example("visitors", "tells everyone how many they are", async (server, restart) => {
    await page(server);
    const one = await Client.open(server.url);
    assert.equal((await one.json()).now, 1);
    const two = await Client.open(server.url);
    const says = (now, most) => (text) => text === JSON.stringify({ now, most });
    await one.until(says(2, 2));
    await two.until(says(2, 2));
    two.vanish();
    await one.until(says(1, 2));
    one.vanish();
    const again = await restart();
    const three = await Client.open(again.url);
    await three.until(says(1, 2));
    three.vanish();
  });

  example("chat", "names, rooms, history, sleep", async (server, restart) => {
    const root = await request(server.url, "/");
    assert.deepEqual([root.status, new URL(root.headers.location).pathname], [302, "/lobby"]);
    await page(server, "/lobby");
    assert.equal((await request(server.url, "/Not%20a%20room")).status, 404);
    const tell = (client, data) => client.send(JSON.stringify(data));
    const until = async (client, key) => JSON.parse(await client.until((text) => key in JSON.parse(text)));
    const ada = await Client.open(server.url, "/lobby");
    tell(ada, { join: "  Ada   L " });
    assert.deepEqual(await until(ada, "history"), { history: [], you: "Ada L" });
    assert.deepEqual(await until(ada, "online"), { online: ["Ada L"] });
    const bob = await Client.open(server.url, "/lobby");
    tell(bob, { join: "Bob" });
    assert.deepEqual(await until(ada, "online"), { online: ["Ada L", "Bob"] });
    tell(bob, { say: "hello" });
    const { message } = await until(ada, "message");
    assert.deepEqual([message.number, message.name, message.text], [1, "Bob", "hello"]);
    await silence();
    assert.equal(await ada.ask("ping"), "pong");
    tell(ada, { say: "still here" });
    assert.equal((await until(bob, "message")).message.text, "hello");
    assert.equal((await until(bob, "message")).message.name, "Ada L");
    tell(bob, { nonsense: 1 });
    assert.ok((await until(bob, "refused")).refused);
    assert.equal((await bob.close(1000)).code, 1000);
    assert.deepEqual(await until(ada, "online"), { online: ["Ada L"] });
    ada.vanish();
    const again = await restart();
    const cleo = await Client.open(again.url, "/lobby");
    tell(cleo, { join: "Cleo", since: 1 });
    assert.deepEqual((await until(cleo, "history")).history.map(({ number, text }) => [number, text]), [[2, "still here"]]);
    cleo.vanish();
  });

  example("echo", "text, bytes, ping, closes", async (server) => {
    await page(server);
    assert.equal((await request(server.url, "/socket")).status, 426);
    const client = await Client.open(server.url, "/socket");
    assert.equal(await client.ask("hello"), "hello");
    assert.deepEqual(await client.ask(new Uint8Array([0, 255, 7])), new Uint8Array([0, 255, 7]));
    await silence();
    assert.equal(await client.ask("ping"), "pong");
    assert.equal(await client.ask("awake"), "awake");
    assert.match(await client.ask("close 1005"), /Invalid WebSocket close code: 1005\./);
    client.send("close 4001 bye");
    assert.deepEqual(await client.closed(), { code: 4001, reason: "bye" });
    const other = await Client.open(server.url, "/socket");
    assert.deepEqual(await other.close(3500, "done"), { code: 3500, reason: "done" });
  });

  example("board", "binary lines, kept and cleared", async (server, restart) => {
    await page(server, "/sketch");
    const one = await Client.open(server.url, "/sketch");
    const [kind, ...id] = await one.next();
    assert.equal(kind, 0);
    assert.deepEqual(await one.next(), new Uint8Array([5]));
    const two = await Client.open(server.url, "/sketch");
    await two.next();
    await two.next();
    one.send(new Uint8Array([1, 0, 5, 0, 6]));
    assert.deepEqual(await two.next(), new Uint8Array([1, ...id, 0, 5, 0, 6]));
    const line = [6, 0, 1, 0, 2, 0, 3, 0, 4];
    one.send(new Uint8Array([2, ...line]));
    assert.deepEqual(await two.next(), new Uint8Array([2, ...id, ...line]));
    await silence();
    one.vanish();
    assert.deepEqual(await two.next(), new Uint8Array([4, ...id]));
    two.vanish();
    const again = await restart();
    const three = await Client.open(again.url, "/sketch");
    await three.next();
    assert.deepEqual(await three.next(), new Uint8Array([5, 0, 3 + line.length, 2, ...id, ...line]));
    three.send(new Uint8Array([3]));
    assert.equal((await three.next())[0], 3);
    three.vanish();
  });
});
