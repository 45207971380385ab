// A Close that a stateless Worker does not answer, with a date before 2026-04-07: the Worker may do so for as long as
// waitUntil() lasts, then its client is let go of.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "./support/client.mjs";
import { dev, onReference, project } from "./support/holdfast.mjs";

const source = `export default {
  fetch({ url }) {
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("close", async () => {
      if (url.endsWith("/silent")) return;
      await scheduler.wait(300);
      server.close(4000, "late");
    });
    return new Response(null, { status: 101, webSocket: client });
  }
};`;

test("a Close that is not answered, or late", { skip: onReference && "a flag of ours", timeout: 120_000 }, async () => {
  const config = project({ "index.js": source }, { name: "silent", main: "index.js", compatibility_date: "2026-04-06" });
  const server = await dev({ config, args: ["--wait-until-limit", "3s"] });
  try {
    const [silent, late] = [await Client.open(server.url, "/silent"), await Client.open(server.url, "/late")];
    const ends = [silent.close(1000, "", 60_000), late.close(1000, "", 60_000)];
    assert.deepEqual(await ends[1], { code: 4000, reason: "late" });
    assert.deepEqual(await ends[0], { code: 1006, reason: "" });
  } finally {
    await server.stop();
  }
});
