// Alarms under kill -9: two thousand objects set one, some move or delete theirs, and the server is killed again and again
// while they are due. Every alarm that was acknowledged runs, none that was deleted does, and what a handler does in one
// turn happens once. And one object whose handler always fails: six retries with doubled waits, then nothing more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, objects, project } from "../support/holdfast.mjs";
import { PATIENCE_MS, eventually, temporaryFolder } from "../support/process.mjs";
import { each, mebibytes, pause, residentBytes, upTo } from "./many.mjs";
import { random, seed } from "./random.mjs";

const OBJECTS = 2_000, KILLS = 4, LEAD_MS = 35_000, SPREAD_MS = 4_000;

/** `sets` says whether an object sets what it says it set: a twin forgets some. */
const worker = (sets) => `
import { DurableObject } from "cloudflare:workers";
export class Clock extends DurableObject {
  async alarm(info) {
    const { storage } = this.ctx;
    if ((await storage.get("fate")) === "fail") {
      await storage.put("tries", [...((await storage.get("tries")) ?? []), [info.retryCount, Date.now()]]);
      throw new Error("as always");
    }
    await storage.put("runs", ((await storage.get("runs")) ?? 0) + 1);
  }
  async fetch(request) {
    const { storage } = this.ctx;
    const { pathname, searchParams } = new URL(request.url);
    const [, name, action] = pathname.split("/");
    if (action === "set" && ${sets}) {
      storage.put("fate", searchParams.get("fate"));
      await storage.setAlarm(Number(searchParams.get("at")));
    }
    if (action === "delete") await storage.deleteAlarm();
    return Response.json({ runs: (await storage.get("runs")) ?? 0, tries: (await storage.get("tries")) ?? [], alarm: await storage.getAlarm() });
  }
}
export default { fetch: (request, env) => env.CLOCK.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request) };
`;

const configOf = (sets) => project({ "index.js": worker(sets) }, { name: "clocks", main: "index.js", compatibility_date: "2026-04-07", ...objects({ CLOCK: "Clock" }, { sqlite: true }) });

async function ask(server, path) {
  const { status, body } = await request(server.url, path);
  assert.equal(status, 200, `${path}: ${body}`);
  return JSON.parse(body);
}

/** Sets alarms, kills, and answers what was wrong, with figures. What has not run after `patience` milliseconds never will. */
async function rounds(sets, { count, kills, lead, patience = PATIENCE_MS }) {
  const choose = random("alarms");
  const config = configOf(sets);
  const state = temporaryFolder();
  let server = await dev({ config, state });
  const begun = Date.now();
  // What each object is to have done in the end.
  const expected = new Map();
  await each(upTo(count), 16, async (number) => {
    const name = `clock${number}`;
    const at = begun + lead + choose.whole(0, SPREAD_MS);
    await ask(server, `/${name}/set?at=${at}`);
    expected.set(name, 1);
    if (choose.chance(0.1)) {
      await ask(server, `/${name}/delete`);
      expected.set(name, 0);
    } else if (choose.chance(0.1)) await ask(server, `/${name}/set?at=${at + 500}`);
  });
  const set = Date.now() - begun;
  assert.ok(set < lead, `the alarms were to be set before the first is due, which took ${set} ms`);
  await server.kill();
  await pause(lead - (Date.now() - begun));
  for (let kill = 0; kill < kills; kill++) {
    server = await dev({ config, state });
    // In the middle of the alarms that are due now.
    await pause(choose.whole(0, 700));
    await server.kill();
  }
  const restarted = Date.now();
  server = await dev({ config, state });
  const started = Date.now() - restarted;
  try {
    const open = new Set(expected.keys());
    const problems = [];
    const look = async () => {
      await each([...open], 16, async (name) => {
        const { runs, alarm } = await ask(server, `/${name}/`);
        if (runs > expected.get(name)) problems.push(`${name} ran ${runs} times instead of ${expected.get(name)}`);
        if (alarm === null && runs === expected.get(name)) open.delete(name);
      });
      return problems.length > 0 || open.size === 0;
    };
    await eventually(() => `${open.size} alarms to run, such as ${[...open].slice(0, 3)}`, look, patience).catch((error) => problems.push(error.message));
    return { problems, set, started, memory: residentBytes(server.pid) };
  } finally {
    await server.stop();
  }
}

test("acknowledged alarms run once, however often the server is killed", { skip: !process.env.HOLDFAST_LONG, timeout: 600_000 }, async (t) => {
  const { problems, set, started, memory } = await rounds("true", { count: OBJECTS, kills: KILLS, lead: LEAD_MS });
  t.diagnostic(`seed ${seed}: ${OBJECTS} alarms set in ${set} ms, ${KILLS} kills, last start in ${started} ms, ${mebibytes(memory)}`);
  assert.deepEqual(problems, []);
});

test("an alarm that was not set is missed", { skip: !process.env.HOLDFAST_LONG, timeout: 240_000 }, async () => {
  const { problems } = await rounds(`!name.endsWith("7")`, { count: 60, kills: 1, lead: 4_000, patience: 60_000 });
  assert.notDeepEqual(problems, []);
});

test("an alarm that always fails is retried six times, and then dropped", { skip: !process.env.HOLDFAST_LONG, timeout: 600_000 }, async (t) => {
  const server = await dev({ config: configOf("true") });
  try {
    await ask(server, `/one/set?at=${Date.now()}&fate=fail`);
    await eventually("the alarm to be dropped", async () => (await ask(server, "/one/")).alarm === null, 200_000);
    const { tries } = await ask(server, "/one/");
    assert.deepEqual(tries.map(([retryCount]) => retryCount), [0, 1, 2, 3, 4, 5, 6]);
    const waits = tries.slice(1).map(([, at], index) => at - tries[index][1]);
    t.diagnostic(`waits: ${waits.join(", ")} ms`);
    for (const [index, wait] of waits.entries()) assert.ok(wait >= 1_990 * 2 ** index, `wait ${index + 1} was ${wait} ms`);
    assert.match(server.text, /an alarm was dropped: it failed 7 times/);
  } finally {
    await server.stop();
  }
});
