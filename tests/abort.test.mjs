// A fetch that the program aborts is taken back: the other server sees its connection end.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, project } from "./support/holdfast.mjs";
import { PATIENCE_MS, within } from "./support/process.mjs";

const index = `export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const signal = pathname === "/now" ? AbortSignal.abort() : AbortSignal.timeout(Number(searchParams.get("ms")));
    try { await fetch(env.OTHER + searchParams.get("ms"), { signal }); } catch (error) { return new Response(error.name); }
    return new Response("answered");
  },
};
`;

test("an aborted fetch ends its connection", async () => {
  const asked = [];
  let gone;
  const ended = new Promise((resolve) => { gone = resolve; });
  const other = http.createServer((incoming) => { asked.push(incoming.url); incoming.once("close", gone); }).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const config = project({ "src/index.js": index }, {
    name: "aborting", main: "src/index.js", compatibility_date: "2026-04-07",
    vars: { OTHER: `http://127.0.0.1:${other.address().port}/` },
  });
  const server = await dev({ config });
  try {
    assert.equal((await request(server.url, "/now")).body, "AbortError");
    assert.deepEqual(asked, []);
    // A busy machine may need longer than that to ask.
    for (let ms = 100; asked.length === 0; ms *= 3) assert.equal((await request(server.url, `/later?ms=${ms}`)).body, "TimeoutError");
    await within(PATIENCE_MS, "the connection does not end", ended);
    assert.equal(new Set(asked).size, asked.length, "each is asked once");
  } finally {
    await server.stop();
    other.close();
    other.closeAllConnections();
  }
});
