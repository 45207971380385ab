// Calls that wait for an object are bounded in bytes too, and in time, and calls of one object in number where that is
// asked for: those beyond are refused in the platform's words, the others answered, and there is room again afterwards. (How
// many may wait is in sections.test.)
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

const told = (promise) => promise.then((value) => value, (error) => [error.message, error.overloaded ?? null, error.retryable ?? null, error.remote ?? null, error.durableObjectReset ?? null].join("|"));

const limited = `import { DurableObject } from "cloudflare:workers";
const told = ${told};
let end;
export class Room extends DurableObject {
  count = 0;
  // Until the end of the section calls wait; a method that it started itself does not.
  busy() { this.ctx.blockConcurrencyWhile(() => new Promise((resolve) => (end = setInterval(() => { if (free) { clearInterval(end); resolve(); } }, 10)))); return "busy"; }
  take() { return ++this.count; }
  fetch() { return new Response(String(++this.count)); }
}
let free = false;
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const room = env.ROOM.getByName("one");
    const get = (room) => room.fetch("http://room").then((response) => response.text()).then(Number);
    if (pathname === "/queue") {
      await room.busy();
      const waiting = Array.from({ length: 4 }, (_, at) => told(at % 2 ? room.take() : get(room)));
      const late = await Promise.all(waiting);
      // The object is as busy as before. What comes now does not have to wait for long.
      const next = [told(room.take()), told(get(room))];
      free = true;
      return Response.json([late, await Promise.all(next), await room.take()]);
    }
    const outcomes = [];
    for (let at = 0; at < 6; at++) outcomes.push(await told(at % 2 ? room.take() : get(room)));
    return Response.json([outcomes, await env.ROOM.getByName("two").take()]);
  }
};`;

async function answer(path, args) {
  const config = project({ "worker.js": limited }, { name: "limited", main: "worker.js", compatibility_date: "2026-04-07", ...objects({ ROOM: "Room" }) });
  const server = await dev({ config, args: ["--threads", "1", ...args] });
  try {
    return JSON.parse((await request(server.url, path, { ms: 60_000 })).body);
  } finally {
    await server.stop();
  }
}

test("calls do not wait for an object for ever", { skip: onReference && "workerd has no such bound", timeout: 120_000 }, async () => {
  const late = "Durable Object is overloaded. Requests queued for too long.|true|||";
  assert.deepEqual(await answer("/queue", ["--call-wait-limit", "2s"]), [Array(4).fill(late), [1, 2], 3]);
});

test("calls of one object may be limited in number", { skip: onReference && "workerd has no such bound", timeout: 120_000 }, async () => {
  const many = "Durable Object is overloaded. Too many requests for the same object within a 10 second window.|true|||";
  assert.deepEqual(await answer("/rate", ["--call-rate-limit", "4"]), [[1, 2, 3, 4, many, many], 1]);
});
