// Alarms as an operator and a program meet them: they outlive the process however it ends, fire for objects nobody has
// touched since, are set together with what was written, and are run by the program as it is now.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually, temporaryFolder } from "./support/process.mjs";

const source = (greeting) => `
let births = [];
export class Clock {
  constructor(ctx) {
    this.ctx = ctx;
    this.storage = ctx.storage;
    console.log("born", ctx.id.name);
  }
  async alarm(info) {
    const note = "${greeting} " + this.ctx.id.name + " " + info.retryCount;
    console.log("ran", note);
    const runs = (await this.storage.get("runs")) ?? [];
    await this.storage.put("runs", [...runs, note]);
    const fate = await this.storage.get("fate");
    if (fate === "slow") { await this.storage.put("slow", 1); await new Promise(() => {}); }
    if (fate === "fail first" && "${greeting}" === "first") throw new Error("fails at first");
    if (fate === "again" && runs.length < 2) await this.storage.setAlarm(Date.now() + 20);
  }
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const action = pathname.split("/")[2];
    if (action === "set") {
      this.storage.put("fate", searchParams.get("fate"));
      await this.storage.setAlarm(Date.now() + Number(searchParams.get("in")));
    }
    if (action === "undone") {
      this.storage.put("written", 1);
      this.storage.setAlarm(Date.now());
      this.ctx.abort("and undone");
    }
    return Response.json({ runs: (await this.storage.get("runs")) ?? [], alarm: await this.storage.getAlarm(), slow: await this.storage.get("slow"), written: await this.storage.get("written") });
  }
}
export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname.split("/")[1];
    return env.CLOCK.getByName(name).fetch(request);
  },
};
`;

function clock() {
  return project({ "src/index.js": source("first") }, {
    name: "clock", main: "src/index.js", compatibility_date: "2026-04-07", ...objects({ CLOCK: "Clock" }, { sqlite: true }),
  });
}

const ask = async (server, path) => JSON.parse((await request(server.url, path)).body);
const count = (server, text) => server.text.split(text).length - 1;

test("alarms survive kill -9 and fire for objects that nobody touches", async () => {
  const config = clock();
  const state = temporaryFolder();
  const first = await dev({ config, state });
  const names = ["one", "two", "three", "four", "five"];
  await Promise.all(names.map((name) => ask(first, `/${name}/set?in=5000`)));
  await ask(first, "/later/set?in=600000");
  await first.kill();
  const second = await dev({ config, state });
  try {
    await eventually("every alarm to run", () => names.every((name) => count(second, `ran first ${name} 0`) === 1));
    assert.equal(count(second, "born later"), 0, "an alarm that is not due wakes nobody");
    for (const name of names) {
      assert.deepEqual(await ask(second, `/${name}/`), { runs: [`first ${name} 0`], alarm: null });
    }
    assert.ok((await ask(second, "/later/")).alarm > Date.now() + 500_000);
  } finally {
    await second.stop();
  }
});

test("a clean stop and start keeps alarms, and what is done does not come back", async () => {
  const config = clock();
  const state = temporaryFolder();
  const first = await dev({ config, state });
  await ask(first, "/done/set?in=0");
  await eventually("the alarm to run", async () => (await ask(first, "/done/")).runs.length === 1);
  await ask(first, "/waiting/set?in=4000");
  await first.stop();
  assert.ok(fs.existsSync(`${state}/alarms`), "the alarms were written down");
  const second = await dev({ config, state, args: ["--threads", "3"] });
  try {
    await eventually("the alarm to run", () => count(second, "ran first waiting 0") === 1);
    assert.equal(count(second, "ran first done"), 0);
    assert.deepEqual((await ask(second, "/done/")).alarm, null);
  } finally {
    await second.stop();
  }
});

test("an alarm that was running when the process was killed runs again", async () => {
  const config = clock();
  const state = temporaryFolder();
  const first = await dev({ config, state });
  await ask(first, "/one/set?in=0&fate=slow");
  await eventually("the handler to be at work", async () => (await ask(first, "/one/")).slow === 1);
  await first.kill();
  const second = await dev({ config, state });
  try {
    await eventually("the alarm to run", () => count(second, "ran first one 0") === 1);
  } finally {
    await second.kill();
  }
});

test("an alarm is set together with what was written, or not at all", async () => {
  const server = await dev({ config: clock() });
  try {
    await request(server.url, "/one/undone");
    await eventually("the object to be there again", async () => (await request(server.url, "/one/")).status === 200);
    assert.deepEqual(await ask(server, "/one/"), { runs: [], alarm: null });
    await ask(server, "/other/set?in=0");
    await eventually("the other's alarm to run", () => count(server, "ran first other") === 1);
    assert.equal(count(server, "ran first one"), 0);
  } finally {
    await server.stop();
  }
});

test("a handler that fails is run again by the program as it is then", async () => {
  const config = clock();
  const server = await dev({ config });
  try {
    await ask(server, "/one/set?in=0&fate=fail%20first");
    await eventually("the first run", () => count(server, "ran first one 0") === 1);
    fs.writeFileSync(config.replace("wrangler.json", "src/index.js"), source("second"));
    // Until the new code is there the old one may fail again.
    const [, retries] = await server.printed(/ran second one (\d+)/);
    const failures = Array.from({ length: Number(retries) }, (_, retry) => `first one ${retry}`);
    await eventually("its end", async () => (await ask(server, "/one/")).alarm === null);
    assert.deepEqual((await ask(server, "/one/")).runs, [...failures, `second one ${retries}`]);
    assert.notEqual(failures.length, 0);
    assert.equal(count(server, "Uncaught Error: fails at first"), failures.length);
  } finally {
    await server.stop();
  }
});

test("a handler that a reload cuts off is run again, and that is not counted as a failure", async () => {
  const config = clock();
  const server = await dev({ config });
  try {
    await ask(server, "/one/set?in=0&fate=slow");
    await eventually("the handler to be at work", async () => (await ask(server, "/one/")).slow === 1);
    fs.writeFileSync(config.replace("wrangler.json", "src/index.js"), source("second"));
    await eventually("the second run", () => count(server, "ran second one 0") === 1);
  } finally {
    await server.kill();
  }
});

test("an object that has hibernated is brought back for its alarm", async () => {
  const server = await dev({ config: clock(), args: ["--hibernate-after", "50ms"] });
  try {
    await ask(server, "/one/set?in=1000");
    await eventually("the alarm to run", () => count(server, "ran first one 0") === 1);
    assert.equal(count(server, "born one"), 2);
    await ask(server, "/two/set?in=0&fate=again");
    await eventually("the alarm to run three times", async () => (await ask(server, "/two/")).runs.length === 3);
  } finally {
    await server.stop();
  }
});
