// Hibernation churn: objects that sleep after a tenth of a second, woken now and then by one of many sockets. What a socket
// carries outlives every instance, no socket is lost, and the server's memory stays where it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dev, objects, project } from "../support/holdfast.mjs";
import { each, mebibytes, open, pause, residentBytes, upTo } from "./many.mjs";
import { random, seed } from "./random.mjs";
import { eventually } from "../support/process.mjs";

const SOCKETS = 1_000, OBJECTS = 50;
const SECONDS = 60, SETTLED_AFTER = 10, GROWTH_MAX = 1.5;

/** `memory` says where a socket's count lives: its attachment, or (a twin) the instance. */
const worker = (memory) => `
import { DurableObject } from "cloudflare:workers";
const births = {};
export class Room extends DurableObject {
  counts = new Map();
  constructor(ctx, env) {
    super(ctx, env);
    births[ctx.id] = (births[ctx.id] ?? 0) + 1;
  }
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (request.headers.get("Upgrade") !== "websocket") return Response.json({ births: births[this.ctx.id], sockets: this.ctx.getWebSockets().length });
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server, [pathname]);
    server.serializeAttachment({ name: pathname, count: 0, padding: "x".repeat(pathname.length * 7), when: new Date(0) });
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, text) {
    const kept = ws.deserializeAttachment();
    const count = ${memory === "attachment" ? "kept.count" : "this.counts.get(kept.name) ?? 0"} + 1;
    this.counts.set(kept.name, count);
    ws.serializeAttachment({ ...kept, count });
    const isWhole = kept.padding.length === kept.name.length * 7 && kept.when instanceof Date && this.ctx.getWebSockets(kept.name)[0] === ws;
    ws.send(JSON.stringify({ text, name: kept.name, count, tag: this.ctx.getTags(ws)[0], isWhole, sockets: this.ctx.getWebSockets().length }));
  }
}
export default { fetch: (request, env) => env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };
`;

/** Churns for `seconds`. Returns what was wrong, and figures. */
async function churn(memory, seconds) {
  const config = project({ "index.js": worker(memory) }, { name: "churn", main: "index.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
  const server = await dev({ config, args: ["--hibernate-after", "100ms"] });
  const problems = [];
  const rooms = upTo(OBJECTS).map((number) => `/room${number}`);
  const peers = upTo(SOCKETS).map((number) => ({ name: `${rooms[number % OBJECTS]}/${number}`, sent: 0, heard: 0 }));
  const hear = (peer, text) => {
    const answer = JSON.parse(text);
    const expected = { text: String(++peer.heard), name: peer.name, count: peer.heard, tag: peer.name, isWhole: true, sockets: SOCKETS / OBJECTS };
    if (text !== JSON.stringify(expected)) problems.push(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(answer)}`);
  };
  try {
    await each(peers, 20, async (peer) => (peer.socket = await open(server.url, peer.name, (text) => hear(peer, text))));
    const begun = Date.now();
    const elapsed = () => (Date.now() - begun) / 1_000;
    let settled;
    const room = async (name) => {
      const choose = random(name);
      const mine = peers.filter((peer) => peer.name.startsWith(`${name}/`));
      while (elapsed() < seconds && problems.length === 0) {
        for (let left = choose.whole(1, 20); left > 0; left--) {
          const peer = choose.pick(mine);
          peer.socket.send(String(++peer.sent));
        }
        // Around the time it takes to fall asleep, and sometimes well past it.
        await pause(choose.chance(0.2) ? choose.whole(200, 1_000) : choose.whole(60, 160));
        if (!settled && elapsed() > SETTLED_AFTER) settled = residentBytes(server.pid);
      }
    };
    await Promise.all(rooms.map(room));
    const late = () => peers.filter((peer) => peer.heard < peer.sent);
    if (problems.length === 0) await eventually(() => `${late().length} sockets to hear their answers`, () => late().length === 0);
    const ended = residentBytes(server.pid);
    const about = await each(rooms, 10, async (name) => (await fetch(server.url + name)).json());
    return {
      problems,
      settled,
      ended,
      messages: peers.reduce((sum, peer) => sum + peer.heard, 0),
      births: about.reduce((sum, { births }) => sum + births, 0),
      sockets: about.reduce((sum, { sockets }) => sum + sockets, 0),
      closed: peers.filter((peer) => peer.socket.closed !== undefined).map((peer) => peer.socket.closed),
      text: server.text,
    };
  } finally {
    for (const { socket } of peers) socket?.vanish();
    await server.stop();
  }
}

test(`${SECONDS} s of hibernation churn (HOLDFAST_SEED=${seed})`, { timeout: 180_000 }, async (t) => {
  const { problems, settled, ended, messages, births, sockets, closed, text } = await churn("attachment", SECONDS);
  t.diagnostic(`hibernation: seed ${seed}, ${messages} messages, ${births} births of ${OBJECTS} objects, ${mebibytes(settled)} resident after ${SETTLED_AFTER} s, ${mebibytes(ended)} at the end`);
  assert.deepEqual(problems, []);
  assert.deepEqual(closed, []);
  assert.equal(sockets, SOCKETS);
  assert.ok(births > OBJECTS * 10, `only ${births} births: nothing hibernated`);
  assert.ok(ended < settled * GROWTH_MAX, `${mebibytes(settled)} became ${mebibytes(ended)}`);
  assert.doesNotMatch(text, /panicked|Uncaught/);
});

test("the churn catches a Worker that keeps counts in its instance", { timeout: 60_000 }, async () => {
  assert.notEqual((await churn("instance", 20)).problems.length, 0);
});
