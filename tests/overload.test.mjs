// Calls that wait for an object are bounded in bytes too: those beyond are refused in the platform's words, the others answered,
// and there is room again afterwards. (How many may wait is in sections.test.)
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";

// The Worker and the object share an isolate: the section ends when the calls that are refused have heard so, and all have come.
const source = `import { DurableObject } from "cloudflare:workers";
let release;
export class Room extends DurableObject {
  busy() { this.ctx.blockConcurrencyWhile(() => new Promise((resolve) => { release = resolve; })); return "busy"; }
  take(bytes) { return bytes.length; }
  async fetch(request) { return new Response(String((await request.arrayBuffer()).byteLength)); }
}
const MIB = 1 << 20;
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one");
    await room.busy();
    const bytes = new Uint8Array(8 * MIB);
    let refused = 0;
    const refusal = (error) => { if (++refused === 4) release(); return error; };
    const tell = (promise) => promise.catch((error) => { throw refusal(error); }).then((value) => value, (error) => [error.name, error.message, error.overloaded ?? null, error.retryable ?? null, error.durableObjectReset ?? null].join("|"));
    const outcomes = await Promise.all([
      ...Array.from({ length: 5 }, () => tell(room.take(bytes))),
      ...Array.from({ length: 7 }, () => tell(room.fetch("http://room", { method: "POST", body: bytes }).then(async (response) => Number(await response.text())))),
    ]);
    const counts = {};
    for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return Response.json([counts, await room.take(bytes)]);
  }
};`;

test("bytes that wait for an object are bounded", { skip: onReference && "workerd has no such bound", timeout: 300_000 }, async () => {
  const config = project({ "worker.js": source }, { name: "overload", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
  const server = await dev({ config, args: ["--threads", "1"] });
  try {
    const [counts, after] = JSON.parse((await request(server.url, "/")).body);
    assert.deepEqual(counts, { [8 << 20]: 8, "Error|Durable Object is overloaded. Too much data queued.|true||": 4 });
    assert.equal(after, 8 << 20);
  } finally {
    await server.stop();
  }
});
