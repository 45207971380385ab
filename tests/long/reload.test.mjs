// Reload under load: while hundreds of hibernatable sockets exchange numbered messages, the Worker's file changes again and
// again. No socket closes; every message is answered once, in its socket's order, and never by older code than the one before.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { dev, objects, project } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";
import { each, open, upTo } from "./many.mjs";
import { random, seed } from "./random.mjs";

const SOCKETS = 500, OBJECTS = 20, RELOADS = 20;
/** Messages of one socket that may be unanswered at a time. */
const WINDOW = 4;

// The constructor waits, so that messages pile up at the gate of a new instance and some meet the next reload there.
const worker = (version) => `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(async () => {
      await new Promise((resolve) => setTimeout(resolve, 15));
      this.reads = (await ctx.storage.get("reads")) ?? 0;
    });
  }
  fetch(request) {
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment(new URL(request.url).pathname);
    return new Response(null, { status: 101, webSocket: client });
  }
  async webSocketMessage(ws, number) {
    if (number % 5 === 0) await this.ctx.storage.put("reads", ++this.reads);
    ws.send([${version}, number, ws.deserializeAttachment()].join(" "));
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };
`;

/** What one socket sent and heard. */
class Account {
  constructor(name) {
    Object.assign(this, { name, sent: 0, heard: 0, version: 0, lost: 0, repeated: 0, foreign: 0, aged: 0 });
  }

  get waiting() {
    return this.sent - this.heard;
  }

  take(text) {
    const [version, number, name] = text.split(" ");
    if (name !== this.name) this.foreign++;
    if (Number(version) < this.version) this.aged++;
    this.version = Math.max(this.version, Number(version));
    // Numbers are whole and answered in order: a gap is a loss, a number from before is one too many.
    if (Number(number) <= this.heard) return void this.repeated++;
    this.lost += Number(number) - this.heard - 1;
    this.heard = Number(number);
  }
}

test("the account notices what is lost, repeated, foreign or old", () => {
  const check = (texts, expected) => {
    const account = new Account("/a");
    account.sent = 4;
    for (const text of texts) account.take(text);
    const { lost, repeated, foreign, aged, waiting } = account;
    assert.deepEqual({ lost, repeated, foreign, aged, waiting }, { lost: 0, repeated: 0, foreign: 0, aged: 0, waiting: 0, ...expected });
  };
  check(["1 1 /a", "1 2 /a", "2 3 /a", "2 4 /a"], {});
  check(["1 1 /a", "1 2 /a", "1 4 /a"], { lost: 1 });
  check(["1 1 /a", "1 2 /a", "1 3 /a"], { waiting: 1 });
  check(["1 1 /a", "1 2 /a", "1 2 /a", "1 3 /a", "1 4 /a"], { repeated: 1 });
  check(["1 1 /a", "1 3 /a", "1 2 /a", "1 4 /a"], { lost: 1, repeated: 1 });
  check(["1 1 /a", "1 2 /b", "1 3 /a", "1 4 /a"], { foreign: 1 });
  check(["1 1 /a", "2 2 /a", "1 3 /a", "2 4 /a"], { aged: 1 });
});

test(`${RELOADS} reloads under ${SOCKETS} sockets (HOLDFAST_SEED=${seed})`, { timeout: 240_000 }, async (t) => {
  const config = project({ "index.js": worker(1) }, { name: "reloads", main: "index.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
  const file = path.join(path.dirname(config), "index.js");
  const server = await dev({ config });
  const choose = random("reload");
  const accounts = upTo(SOCKETS).map((number) => new Account(`/room${number % OBJECTS}/${number}`));
  const total = (what) => accounts.reduce((sum, account) => sum + account[what], 0);
  let isOver = false;
  const ask = (account) => {
    while (!isOver && account.waiting < WINDOW) account.socket.send(String(++account.sent));
  };
  try {
    await each(accounts, 20, async (account) => {
      account.socket = await open(server.url, account.name, (text) => {
        account.take(text);
        ask(account);
      });
    });
    accounts.forEach(ask);
    for (let version = 2; version <= RELOADS + 1; version++) {
      // Somewhere in the stream of answers, not at a quiet moment of ours.
      const mark = total("heard") + choose.whole(0, 3_000);
      await eventually("more answers", () => total("heard") >= mark);
      fs.writeFileSync(file, worker(version));
      const behind = () => accounts.filter((account) => account.version < version);
      await eventually(() => `${behind().length} sockets to hear version ${version}:\n${server.text.slice(-2_000)}`, () => behind().length === 0);
    }
    isOver = true;
    const unheard = () => accounts.filter((account) => account.waiting > 0);
    // What does not come now never will; it is counted below.
    await eventually("the last answers", () => unheard().length === 0).catch(() => {});
    const closed = accounts.filter((account) => account.socket.closed !== undefined).map((account) => account.socket.closed);
    const count = Object.fromEntries(["lost", "waiting", "repeated", "foreign", "aged"].map((what) => [what, total(what)]));
    t.diagnostic(`reload: seed ${seed}, ${RELOADS} reloads, ${SOCKETS} sockets, ${total("sent")} messages, ${JSON.stringify(count)}, ${closed.length} closed`);
    assert.deepEqual(closed, []);
    assert.deepEqual(count, { lost: 0, waiting: 0, repeated: 0, foreign: 0, aged: 0 });
    assert.equal(server.text.match(/^.*Reloaded /gm)?.length, RELOADS, server.text.slice(-2_000));
    assert.doesNotMatch(server.text, /panicked|Uncaught/);
  } finally {
    for (const { socket } of accounts) socket?.vanish();
    await server.stop();
  }
});
