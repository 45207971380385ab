// A fetch that the program aborts is taken back: the other server sees its connection end.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project } from "./support/holdfast.mjs";

const index = `export default {
  async fetch(request, env) {
    const now = new URL(request.url).pathname === "/now";
    const signal = now ? AbortSignal.abort() : AbortSignal.timeout(100);
    try { await fetch(env.OTHER, { signal }); } catch (error) { return new Response(error.name); }
    return new Response("answered");
  },
};
`;

test("an aborted fetch ends its connection", async () => {
  let asked = 0;
  let gone;
  const ended = new Promise((resolve) => { gone = resolve; });
  const other = http.createServer((incoming) => { asked++; incoming.once("close", gone); }).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const config = project({ "src/index.js": index }, {
    name: "aborting", main: "src/index.js", compatibility_date: "2026-04-07",
    vars: { OTHER: `http://127.0.0.1:${other.address().port}/` },
  });
  const server = await dev({ config });
  try {
    assert.equal((await request(server.url, "/now")).body, "AbortError");
    assert.equal(asked, 0);
    assert.equal((await request(server.url, "/later")).body, "TimeoutError");
    await ended;
    assert.equal(asked, 1);
  } finally {
    await server.stop();
    other.close();
    other.closeAllConnections();
  }
});
