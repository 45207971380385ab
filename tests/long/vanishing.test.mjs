// A vanishing crowd: thousands of sockets connect and are cut off without a Close, wave after wave. Each object hears of each
// loss once, as 1006, and holds no socket afterwards; the process holds no descriptor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";
import { eventually } from "../support/process.mjs";
import { Raw, TEXT, frame } from "../support/raw.mjs";
import { descriptors, each, mebibytes, residentBytes, upTo } from "./many.mjs";
import { random, seed } from "./random.mjs";

const WAVES = 10, SOCKETS = 2_000, OBJECTS = 20;
const names = upTo(OBJECTS).map((number) => `crowd${number}`);

const body = `
  accepted = new Set();
  lost = 0;
  other = 0;
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (request.headers.get("Upgrade") !== "websocket") {
      return Response.json({ held: this.ctx.getWebSockets().length, accepted: this.accepted.size, lost: this.lost, other: this.other });
    }
    const [client, server] = Object.values(new WebSocketPair());
    if (pathname.endsWith("/held")) this.ctx.acceptWebSocket(server);
    else {
      server.accept();
      this.accepted.add(server);
      server.addEventListener("message", ({ data }) => server.send(data));
      server.addEventListener("close", ({ code }) => { if (this.accepted.delete(server)) this.ended(code); else this.other++; });
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  ended(code) { if (code === 1006) this.lost++; else this.other++; }
  webSocketMessage(ws, message) { ws.send(message); }
  webSocketClose(ws, code) { this.ended(code); }
`;

/** Ways to go without a word, some in the middle of one. */
const ends = [
  (raw) => raw.destroy(),
  (raw) => raw.socket.resetAndDestroy(),
  (raw) => (raw.send(TEXT, "an answer nobody reads"), raw.destroy()),
  (raw) => raw.socket.write(frame(TEXT, "half of this").subarray(0, 9), () => raw.destroy()),
  (raw) => (raw.stopReading(), raw.send(TEXT, "x".repeat(20_000)), raw.socket.resetAndDestroy()),
];

const wave = (url, number, count) => {
  const choose = random(`wave ${number}`);
  const about = upTo(count).map((at) => `/${names[at % OBJECTS]}/${choose.pick(["held", "accepted"])}`);
  return each(about, 50, (path) => Raw.open(url, path)).then((crowd) => ({
    leave: (staying = 0) => crowd.slice(staying).forEach((raw) => choose.pick(ends)(raw)),
    crowd,
  }));
};

/** The sums over all objects. */
async function reported(url) {
  const sum = { held: 0, accepted: 0, lost: 0, other: 0 };
  const reports = await each(names, 10, async (name) => JSON.parse((await request(url, `/${name}`)).body));
  for (const report of reports) for (const key of Object.keys(sum)) sum[key] += report[key];
  return sum;
}

const empty = async (url, ms) => {
  let last;
  const isEmpty = async () => ((last = await reported(url)), last.held + last.accepted === 0);
  await eventually(() => `no sockets left: ${JSON.stringify(last)}`, isEmpty, ms);
  return last;
};

test(`${WAVES} waves of ${SOCKETS} vanishing sockets (HOLDFAST_SEED=${seed})`, { timeout: 240_000 }, async (t) => {
  // An hour without hibernation: the objects must still have their counts at the end.
  const server = await dev({ config: room(body), args: ["--hibernate-after", "3600s"] });
  try {
    // Every object has its file open before anything is counted.
    await (await wave(server.url, 0, OBJECTS)).leave();
    await empty(server.url);
    const before = descriptors(server.pid);
    const residents = [];
    for (let number = 1; number <= WAVES; number++) {
      const { crowd, leave } = await wave(server.url, number, SOCKETS);
      const present = await reported(server.url);
      assert.equal(present.held + present.accepted, crowd.length);
      leave();
      await empty(server.url);
      residents.push(residentBytes(server.pid));
    }
    const { lost, other } = await empty(server.url, 0);
    await eventually(() => `${before} descriptors, not ${descriptors(server.pid)}`, () => (descriptors(server.pid) ?? 0) <= (before ?? 0));
    t.diagnostic(`vanishing: seed ${seed}, ${WAVES * SOCKETS} sockets, ${before} descriptors before and ${descriptors(server.pid)} after, ${mebibytes(residents[0])} resident after one wave, ${mebibytes(residents.at(-1))} after the last`);
    assert.deepEqual({ lost, other }, { lost: WAVES * SOCKETS + OBJECTS, other: 0 });
    assert.equal((await request(server.url, "/crowd0")).status, 200);
    assert.doesNotMatch(server.text, /panicked|Uncaught/);
  } finally {
    await server.stop();
  }
});

test("one that stays is noticed", { timeout: 60_000 }, async () => {
  const server = await dev({ config: room(body) });
  try {
    const { crowd, leave } = await wave(server.url, 0, OBJECTS);
    leave(1);
    await eventually("the others to be gone", async () => (await reported(server.url)).lost === OBJECTS - 1);
    await assert.rejects(empty(server.url, 200), /no sockets left: \{"held":\d/);
    crowd[0].destroy();
    await empty(server.url);
  } finally {
    await server.stop();
  }
});
