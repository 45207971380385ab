// Configurations that cannot work: each is refused with words that name the file, the place and the thing.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { dev, exit, objects, project, run } from "../support/holdfast.mjs";
import { temporaryFolder } from "../support/process.mjs";

const worker = `export default { fetch() { return new Response("fine"); } };`;

function written(name, text) {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "worker.js"), worker);
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

/** `holdfast dev` with this configuration ends with the code for it and says all of `words`. */
async function refused(config, ...words) {
  const { code, text } = await run(["dev", "--config", config, "--port", "0", "--persist-to", temporaryFolder()]);
  assert.equal(code, exit.program, text);
  for (const word of words) assert.match(text, word);
  assert.doesNotMatch(text, /panicked|Ready on/);
}

describe("configuration", { concurrency: 2 }, () => {
  test("broken TOML names file and line", () => refused(
    written("wrangler.toml", `name = "x"\nmain = "worker.js"\ncompatibility_date = \n`),
    /wrangler\.toml/, /\b3\b/,
  ));
  test("an unclosed TOML string names file and line", () => refused(
    written("wrangler.toml", `name = "x\nmain = "worker.js"\n`), /wrangler\.toml/, /\b1\b/,
  ));
  test("broken JSON names file and line", () => refused(
    written("wrangler.json", `{\n  "name": "x",\n  "main" "worker.js"\n}\n`), /wrangler\.json/, /\b3\b/,
  ));
  test("broken JSONC names file and line", () => refused(
    written("wrangler.jsonc", `{\n  // a comment\n  "name": "x",\n  "main": ,\n}\n`), /wrangler\.jsonc/, /\b4\b/,
  ));
  test("a value of the wrong kind names the key", () => refused(
    written("wrangler.json", `{ "name": "x", "main": 5, "compatibility_date": "2026-04-07" }`), /wrangler\.json/, /main/,
  ));
  test("a missing configuration is named", () => refused(path.join(temporaryFolder(), "nowhere.toml"), /nowhere\.toml/));
  test("a missing entry is named", () => refused(
    written("wrangler.json", `{ "name": "x", "main": "src/none.js", "compatibility_date": "2026-04-07" }`), /src\/none\.js/,
  ));
  test("a binding to a class that nobody exports is named", () => refused(
    project({ "worker.js": worker }, { name: "x", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "NoSuchClass" }) }),
    /NoSuchClass/,
  ));
  test("an unknown flag is named", async () => {
    const { code, text } = await run(["dev", "--no-such-flag"]);
    assert.equal(code, exit.usage);
    assert.match(text, /--no-such-flag/);
  });
  test("a key that is not implemented gives one warning and no more", async () => {
    const config = project({ "worker.js": worker }, { name: "x", main: "worker.js", compatibility_date: "2026-04-07", kv_namespaces: [{ binding: "KV", id: "x" }] });
    const server = await dev({ config });
    assert.equal(server.text.match(/warning.*kv_namespaces/gi)?.length, 1, server.text);
    await server.stop();
  });
});
