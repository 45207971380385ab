// workerd's own suites, for whoever has a source tree of it (WORKERD): the cases that pass are those of the recorded list,
// no fewer and no more, and at least 95 % of all. The list is workerd-suites/expected.txt.
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project } from "./support/holdfast.mjs";
import { root } from "./support/packages.mjs";
import { suite } from "./workerd-suites/suite.mjs";
import { constants } from "./workerd-suites/text.mjs";

const source = process.env.WORKERD;
const options = source ? { timeout: 600_000 } : { skip: "WORKERD does not name a source tree of cloudflare/workerd" };

// Suites, each with the cases of it that are known not to pass.
const expected = new Map();
for (const line of fs.readFileSync(`${root}/tests/workerd-suites/expected.txt`, "utf8").split("\n")) {
  if (line === "" || line.startsWith("#")) continue;
  if (line.startsWith(" ")) [...expected.values()].at(-1).push(line.trim());
  else expected.set(line, []);
}

// Runs one suite: `{ passed: [case], failed: [[case, message]] }`.
async function outcome(name) {
  const { configs, args, cases } = suite(source, name);
  const server = await dev({ config: configs, args });
  const passed = [];
  const failed = [];
  try {
    for (const [service, one] of cases) {
      const { body } = await request(server.url, `/${service}/${one}`, { ms: 60_000 });
      const { passed: isPassed, isCase, message } = JSON.parse(body);
      if (isPassed) passed.push(one);
      else if (isCase) failed.push([one, message]);
    }
  } finally {
    await server.stop();
  }
  assert.notEqual(passed.length + failed.length, 0, `${name} has cases`);
  return { passed, failed };
}

test("workerd's own suites", options, async (t) => {
  let all = 0;
  let good = 0;
  for (const [name, known] of expected) {
    await t.test(name, async () => {
      const { passed, failed } = await outcome(name);
      all += passed.length + failed.length;
      good += passed.length;
      const news = failed.filter(([one]) => !known.includes(one)).map(([one, message]) => `${one}: ${message}`);
      assert.deepEqual(news, [], "cases that passed before");
      assert.deepEqual(known.filter((one) => passed.includes(one)), [], "cases that pass now: take them from the list");
    });
  }
  t.diagnostic(`${good} of ${all} cases of workerd's suites pass`);
  console.log(`workerd's suites: ${good} of ${all} cases pass (${((100 * good) / all).toFixed(1)} %)`);
  assert.ok(good >= 0.95 * all, `${good} of ${all}`);
});

test("gc() is there when it is asked for", { timeout: 300_000 }, async () => {
  const worker = "export default { fetch: () => new Response(`${typeof gc} ${globalThis.gc?.()}`) };";
  const config = project({ "index.js": worker }, { name: "gc", main: "index.js", compatibility_date: "2026-04-01" });
  for (const [args, answer] of [[["--expose-gc"], "function undefined"], [[], "undefined undefined"]]) {
    const server = await dev({ config, args });
    try {
      assert.equal((await request(server.url, "/")).body.toString(), answer);
    } finally {
      await server.stop();
    }
  }
});

test("the text of a suite's configuration", () => {
  const text = `using Workerd = import "/workerd/workerd.capnp";
@0x1234;
const unitTests :Workerd.Config = (
  # a comment, "with a string"
  services = [ (name = "main", worker = .mainWorker), ],
  v8Flags = [ "--expose-gc" ],
);
const mainWorker :Workerd.Worker = (
  modules = [ (name = "a", esModule = embed "a.js"), (name = "b", text = "one " "two\\n"), (name = "c", esModule =
    \`let a = "b";
    \` a();
  ) ],
  durableObjectStorage = (inMemory = void), enabled = true, count = 3
);`;
  assert.deepEqual(constants(text).unitTests, {
    services: [
      {
        name: "main",
        worker: {
          modules: [
            { name: "a", esModule: { embed: "a.js" } },
            { name: "b", text: "one two\n" },
            { name: "c", esModule: 'let a = "b";\n a();\n' },
          ],
          durableObjectStorage: { inMemory: null },
          enabled: true,
          count: 3,
        },
      },
    ],
    v8Flags: ["--expose-gc"],
  });
});
