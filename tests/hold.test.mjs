// The hold test: thousands of hibernatable sockets exchange numbered messages while the code is reloaded and objects are
// evicted, and reset by the CPU limit, at random. No socket closes. Every message begins once, in the order of its socket. Only
// one whose handler was cut while it ran may have no answer, and each message that spins costs its object one reset. Of sockets
// whose clients leave meanwhile, webSocketClose hears once.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { each, open, pause, upTo } from "./long/many.mjs";
import { random, seed } from "./long/random.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

/** Messages of one socket that may have no answer at a time. */
const WINDOW = 3;

// A constructor that waits lets messages pile up at the gate of a new instance, where the next reload or reset meets them. A
// handler that spins is ended by the limit, and what it sent is undone; one that waits says when it begins and when it is done.
const worker = (version) => `
import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  instance = "${version}." + crypto.randomUUID().slice(0, 13);
  constructor(ctx, env) {
    super(ctx, env);
    ctx.blockConcurrencyWhile(() => new Promise((resolve) => setTimeout(resolve, 5)));
  }
  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return Response.json([...this.ctx.storage.kv.list({ prefix: "/" })]);
    const [client, server] = Object.values(new WebSocketPair());
    const name = new URL(request.url).pathname;
    this.ctx.acceptWebSocket(server, [name]);
    server.serializeAttachment(name);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, text) {
    const [number, how] = text.split(" ");
    // What is said after a write waits for the disk.
    if (number % 4 === 0) this.ctx.storage.kv.put("last", text);
    const say = (what) => ws.send([number, what, this.instance, ws.deserializeAttachment(), this.ctx.getTags(ws)].join(" "));
    say("begun");
    if (how === "spins") for (;;);
    if (how === "waits") return new Promise((resolve) => setTimeout(resolve, 15)).then(() => say("done"));
  }
  webSocketClose(ws, code) {
    const { kv } = this.ctx.storage;
    const name = ws.deserializeAttachment();
    kv.put(name, [...(kv.get(name) ?? []), code]);
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };
`;

const roomOf = (account) => account.name.split("/")[1];
const versionOf = (instance) => Number(instance.split(".")[0]);

/** What one socket sent and heard. */
class Account {
  constructor(name) {
    Object.assign(this, { name, sent: 0, waiting: [], running: new Map(), version: 0, lost: 0, repeated: 0, foreign: 0, aged: 0, revived: 0 });
  }

  /** The text of its next message: "plain", "waits" or "spins". */
  next(how) {
    this.waiting.push({ number: ++this.sent, how });
    return `${this.sent} ${how}`;
  }

  take(text) {
    const [number, what, instance, name, tags] = text.split(" ");
    if (name !== this.name || tags !== this.name) this.foreign++;
    const version = versionOf(instance);
    if (version < this.version) this.aged++;
    this.version = version;
    if (what === "done") {
      if (this.running.get(Number(number)) !== instance) this.revived++;
      return void this.running.delete(Number(number));
    }
    if (Number(number) > this.sent) return void this.foreign++;
    if (this.waiting.length === 0 || Number(number) < this.waiting[0].number) return void this.repeated++;
    for (;;) {
      const { number: expected, how } = this.waiting.shift();
      if (expected === Number(number)) {
        if (how === "spins") this.repeated++;
        if (how === "waits") this.running.set(expected, instance);
        return;
      }
      // What a handler sent in the turn that was cut is undone with it.
      if (how !== "spins") this.lost++;
    }
  }

  /** Messages that have no answer and could still get one. */
  get unheard() {
    return this.waiting.filter(({ how }) => how !== "spins").length;
  }
}

const KINDS = ["lost", "unheard", "repeated", "foreign", "aged", "revived"];

test("the account notices what is lost, repeated, foreign, old or revived", () => {
  const check = (texts, expected) => {
    const account = new Account("/a");
    for (const how of ["plain", "waits", "spins", "plain"]) account.next(how);
    for (const text of texts) account.take(`${text} /a /a`);
    assert.deepEqual(Object.fromEntries(KINDS.filter((kind) => account[kind] > 0).map((kind) => [kind, account[kind]])), expected, texts.join(", "));
  };
  check(["1 begun 1.a", "2 begun 1.a", "2 done 1.a", "4 begun 1.b"], {});
  check(["1 begun 1.a", "2 begun 1.a", "4 begun 1.b"], {});
  check(["1 begun 1.a", "4 begun 1.b"], { lost: 1 });
  check(["1 begun 1.a", "2 begun 1.a"], { unheard: 1 });
  check(["1 begun 1.a", "1 begun 1.a", "2 begun 1.a", "4 begun 1.a"], { repeated: 1 });
  check(["1 begun 1.a", "2 begun 1.a", "3 begun 1.a", "4 begun 1.a"], { repeated: 1 });
  check(["1 begun 1.a", "4 begun 1.a", "2 begun 1.a"], { lost: 1, repeated: 1 });
  check(["1 begun 2.a", "2 begun 1.a", "4 begun 2.a"], { aged: 1 });
  check(["1 begun 1.a", "2 begun 1.a", "2 done 1.b", "4 begun 1.b"], { revived: 1 });
  check(["1 begun 1.a", "2 begun 1.a", "2 done 1.a", "2 done 1.a", "4 begun 1.b"], { revived: 1 });
  check(["1 begun 1.a", "2 begun 1.a", "4 begun 1.a", "5 begun 1.a"], { foreign: 1 });
});

/** Runs it; the answer is what became of the sockets and their messages. */
async function held({ sockets, rooms, reloads, spins, args = [] }) {
  const config = project({ "index.js": worker(1) }, { name: "hold", main: "index.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }, { sqlite: true }) });
  const file = path.join(path.dirname(config), "index.js");
  const server = await dev({ config, args: ["--hibernate-after", "60ms", "--cpu-limit", "150ms", ...args] });
  const accounts = upTo(sockets).map((number) => new Account(`/room${number % rooms}/${number}`));
  const leavers = upTo(2 * rooms).map((number) => ({ name: `/room${number % rooms}/leaver${number}`, code: number % 3 ? 4000 + number : 1006 }));
  const closed = () => accounts.filter(({ socket }) => socket.closed !== undefined).map(({ socket }) => socket.closed);
  const instances = new Map();
  const spunIn = new Set();
  let heard = 0, isOver = false, version = 1, spun = 0;
  // The instance that each room has now, and how often one followed another that had only fallen asleep.
  const current = new Map();
  let slept = 0;
  const hear = (account, text) => {
    heard++;
    account.take(text);
    const instance = text.split(" ")[2], room = roomOf(account);
    if (instances.has(instance)) return;
    const last = current.get(room);
    if (last && versionOf(last) === versionOf(instance) && !spunIn.has(room)) slept++;
    current.set(room, instance);
    instances.set(instance, room);
  };
  const send = (account, how) => {
    if (account.socket.closed === undefined) account.socket.send(account.next(how));
  };
  const isHeard = (list) => list.every((account) => account.unheard === 0) || closed().length > 0;
  // A room is busy for a while, then silent for about the time it takes to fall asleep, or well past it.
  const room = async (number) => {
    const choose = random(`room ${number}`);
    const mine = accounts.filter(({ name }) => name.startsWith(`/room${number}/`));
    while (!isOver) {
      for (let left = choose.whole(1, 40); left > 0; left--) {
        const account = choose.pick(mine);
        if (account.unheard < WINDOW) send(account, choose.chance(0.2) ? "waits" : "plain");
      }
      if (choose.chance(0.3)) {
        // On a busy machine its last answers may be late.
        await eventually("the answers of a room", () => isOver || isHeard(mine)).catch(() => {});
        await pause(choose.whole(80, 300));
      } else await pause(choose.whole(5, 80));
    }
  };
  // Somewhere in the stream of answers, not at a quiet moment of ours.
  const choose = random("disturbances");
  const more = () => {
    const mark = heard + choose.whole(0, 300);
    return eventually("more answers", () => heard >= mark || closed().length > 0);
  };
  const spin = async () => {
    for (; spun < spins && closed().length === 0; spun++) {
      await more();
      // Some rooms are left in peace.
      const account = choose.pick(accounts.filter((one) => Number(roomOf(one).slice(4)) < rooms / 2));
      spunIn.add(roomOf(account));
      send(account, "spins");
      // Right behind it, on the same socket and beside it.
      send(account, "plain");
      send(accounts[(accounts.indexOf(account) + rooms) % sockets], "plain");
    }
  };
  const leave = async () => {
    for (const { socket, code } of leavers) {
      await more();
      if (code === 1006) socket.vanish();
      else socket.close(code);
    }
  };
  const reload = async () => {
    for (; version <= reloads && closed().length === 0; version++) {
      await more();
      const before = server.text.length;
      fs.writeFileSync(file, worker(version + 1));
      await server.printed(/Reloaded /, undefined, before);
    }
  };
  try {
    await each(accounts, 20, async (account) => (account.socket = await open(server.url, account.name, (text) => hear(account, text))));
    await each(leavers, 20, async (leaver) => (leaver.socket = await open(server.url, leaver.name, () => {})));
    const busy = Promise.all(upTo(rooms).map(room));
    await Promise.all([spin(), reload(), leave()]);
    isOver = true;
    await busy;
    // Those that were left in peace fall asleep once more, with nothing else to wake them.
    await each(upTo(rooms).slice(rooms / 2), rooms, async (number) => {
      const mine = accounts.filter((account) => roomOf(account) === `room${number}`);
      const before = current.get(`room${number}`);
      await eventually(`room${number} to fall asleep`, async () => {
        send(mine[0], "plain");
        await eventually("its answers", () => isHeard(mine)).catch(() => {});
        if (closed().length > 0 || mine[0].unheard > 0 || current.get(`room${number}`) !== before) return true;
        await pause(200);
      });
    });
    // A last word behind everything, which no spinning message may swallow.
    for (const account of accounts) send(account, "plain");
    // What does not come now never will; it is counted below.
    await eventually("the last answers", () => isHeard(accounts)).catch(() => {});
    // A handler has no end only where new code, or a reset of its room, cut it: an eviction never does.
    const isCut = (account, instance) => {
      const ofRoom = [...instances].filter(([, room]) => room === roomOf(account)).map(([one]) => one);
      const next = ofRoom[ofRoom.indexOf(instance) + 1] ?? `${version}.`;
      return spunIn.has(roomOf(account)) || versionOf(instance) < versionOf(next);
    };
    const abandoned = () => accounts.filter((account) => [...account.running.values()].some((instance) => !isCut(account, instance)));
    await eventually("the handlers that wait", () => abandoned().length === 0 || closed().length > 0).catch(() => {});
    const left = async () => {
      const lists = await each(upTo(rooms), 10, async (number) => (await fetch(`${server.url}/room${number}`)).json());
      return Object.fromEntries(lists.flat());
    };
    await eventually("the last to leave", async () => closed().length > 0 || Object.keys(await left()).length === leavers.length).catch(() => {});
    const heardOf = closed().length > 0 ? {} : await left();
    return {
      closed: closed(),
      // Sockets whose end was not told, or told twice, or told wrong.
      mistold: leavers.filter(({ name, code }) => JSON.stringify(heardOf[name]) !== JSON.stringify([code])).map(({ name }) => [name, heardOf[name]]),
      counts: Object.fromEntries(KINDS.map((kind) => [kind, accounts.reduce((sum, account) => sum + account[kind], 0)])),
      abandoned: abandoned().length,
      cut: accounts.reduce((sum, { running }) => sum + running.size, 0),
      sent: accounts.reduce((sum, { sent }) => sum + sent, 0),
      resets: server.text.match(/is reset: an event of it used more than/g)?.length ?? 0,
      spun,
      instances: instances.size,
      slept,
      text: server.text,
    };
  } finally {
    for (const { socket } of [...accounts, ...leavers]) socket?.vanish();
    await server.stop();
  }
}

test(`2,000 sockets through reloads, evictions and resets (HOLDFAST_SEED=${seed})`, { timeout: 900_000 }, async (t) => {
  const plan = { sockets: 2_000, rooms: 50, reloads: 20, spins: 40 };
  const { closed, counts, mistold, abandoned, cut, sent, resets, spun, instances, slept, text } = await held(plan);
  t.diagnostic(`hold: seed ${seed}, ${sent} messages, ${plan.reloads} reloads, ${resets} resets, ${instances} instances, ${slept} slept, ${cut} handlers cut, ${JSON.stringify(counts)}, ${closed.length} closed`);
  assert.deepEqual(closed, []);
  assert.deepEqual(counts, { lost: 0, unheard: 0, repeated: 0, foreign: 0, aged: 0, revived: 0 }, text.slice(-2_000));
  assert.equal(abandoned, 0);
  assert.deepEqual(mistold, []);
  assert.equal(resets, spun);
  assert.equal(text.match(/Reloaded /g)?.length, plan.reloads);
  assert.ok(slept >= plan.rooms / 2, `only ${slept} of ${instances} instances followed one that had hibernated`);
  assert.doesNotMatch(text, /panicked|internal error/);
});

test("a server that does not hold is noticed", { timeout: 300_000 }, async () => {
  const { closed } = await held({ sockets: 40, rooms: 4, reloads: 2, spins: 2, args: ["--websocket-hold", "never"] });
  assert.notEqual(closed.length, 0);
});
