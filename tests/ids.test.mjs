// A name has the same object id here and in npm miniflare (contract 4.2, unique key `<worker name>-<class name>`).
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { npm } from "./support/packages.mjs";
import { workerd } from "./support/workerd.mjs";

const names = ["", "foo", "null", "Foo", "a b/c?d", "\u00e9\u{1F600}", "x".repeat(1000), "\u0000"];
const classes = { ROOM: "Room", OTHER: "Other" };
const source = `
export class Room {}
export class Other {}
export default {
  async fetch(request, env) {
    const names = await request.json();
    return Response.json(names.map((name) => [env.ROOM.idFromName(name).toString(), env.OTHER.idFromName(name).toString()]));
  }
};`;

async function fromMiniflare(name) {
  const { Miniflare } = npm("miniflare");
  const miniflare = new Miniflare({
    name,
    modules: true,
    script: source,
    compatibilityDate: "2026-04-07",
    durableObjects: classes,
  });
  try {
    const ids = {};
    for (const [binding, key] of [["ROOM", 0], ["OTHER", 1]]) {
      const space = await miniflare.getDurableObjectNamespace(binding);
      for (const one of names) (ids[one] ??= [])[key] = space.idFromName(one).toString();
    }
    return names.map((one) => ids[one]);
  } finally {
    await miniflare.dispose();
  }
}

async function served(url) {
  const { body } = await request(url, "/", { method: "POST", body: JSON.stringify(names) });
  return JSON.parse(body);
}

for (const name of ["my-chat-app", "w"]) {
  test(`ids of names in the Worker ${name} are miniflare's`, { timeout: 300_000 }, async () => {
    const expected = await fromMiniflare(name);
    const start = process.env.HOLDFAST_TEST_TARGET === "workerd"
      ? workerd([{ name, source, date: "2026-04-07", classes }]).then((one) => ({ url: one.urls[name], stop: one.stop }))
      : dev({ config: project({ "worker.js": source }, { name, main: "worker.js", compatibility_date: "2026-04-07", ...objects(classes) }) });
    const server = await start;
    try {
      assert.deepEqual(await served(server.url), expected);
    } finally {
      await server.stop();
    }
  });
}
