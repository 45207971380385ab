// Calls that wait for an object are bounded in bytes too: those beyond are refused in the platform's words, the others answered,
// and there is room again afterwards. (How many may wait is in sections.test.)
import assert from "node:assert/strict";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, onReference, project } from "./support/holdfast.mjs";

const source = `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  busy() { this.ctx.blockConcurrencyWhile(() => new Promise((resolve) => setTimeout(resolve, 3_000))); return "busy"; }
  take(bytes) { return bytes.length; }
  async fetch(request) { return new Response(String((await request.arrayBuffer()).byteLength)); }
}
const MIB = 1 << 20;
export default {
  async fetch(request, env) {
    const room = env.ROOM.getByName("one");
    await room.busy();
    const bytes = new Uint8Array(8 * MIB);
    const tell = (promise) => promise.then((value) => value, (error) => [error.name, error.message, error.overloaded ?? null, error.retryable ?? null, error.durableObjectReset ?? null].join("|"));
    const outcomes = await Promise.all([
      ...Array.from({ length: 5 }, () => tell(room.take(bytes))),
      ...Array.from({ length: 7 }, () => tell(room.fetch("http://room", { method: "POST", body: bytes }).then(async (response) => Number(await response.text())))),
    ]);
    const counts = {};
    for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    return Response.json([counts, await room.take(bytes)]);
  }
};`;

test("bytes that wait for an object are bounded", { skip: onReference && "workerd has no such bound", timeout: 60_000 }, async () => {
  const config = project({ "worker.js": source }, { name: "overload", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
  const server = await dev({ config });
  try {
    const [counts, after] = JSON.parse((await request(server.url, "/", { ms: 40_000 })).body);
    assert.deepEqual(counts, { [8 << 20]: 8, "Error|Durable Object is overloaded. Too much data queued.|true||": 4 });
    assert.equal(after, 8 << 20);
  } finally {
    await server.stop();
  }
});
