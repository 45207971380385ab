// New code for thousands of objects at once, each with a message and a call that wait for it: the messages are for the next
// instances, each once and in order, and the calls fail. Their far ends are in an object of another Worker.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";

const ROOMS = 2_000;

const room = (code) => `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response();
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, text) {
    ws.send(text + " to code ${code}");
    if (text === "block") this.ctx.blockConcurrencyWhile(() => new Promise(() => {}));
  }
}
export default { fetch: () => new Response("code ${code}") };
`;

const far = `import { DurableObject } from "cloudflare:workers";
export class Far extends DurableObject {
  rooms = [];
  failures = {};
  closes = 0;
  async open(count) {
    for (let n = 0; n < count; n++) {
      const stub = this.env.ROOM.getByName("room " + n);
      const { webSocket } = await stub.fetch("http://room/", { headers: { Upgrade: "websocket" } });
      const got = [];
      webSocket.accept();
      webSocket.addEventListener("message", ({ data }) => { got.push(data); });
      webSocket.addEventListener("close", () => { this.closes++; });
      this.rooms.push({ stub, webSocket, got });
    }
  }
  block() {
    for (const { webSocket } of this.rooms) for (const text of ["block", "first", "second"]) webSocket.send(text);
  }
  call() {
    const failed = ({ message }) => { this.failures[message] = (this.failures[message] ?? 0) + 1; };
    for (const { stub } of this.rooms) stub.fetch("http://room/").catch(failed);
  }
  seen() {
    const counts = {};
    for (const { got } of this.rooms) counts[got.join(", ")] = (counts[got.join(", ")] ?? 0) + 1;
    return { counts, failures: this.failures, closes: this.closes };
  }
}
export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    return Response.json((await env.FAR.getByName("far")[pathname.slice(1)](Number(search.slice(1)))) ?? null);
  },
};
`;

test("thousands of objects that wait get new code at once", { timeout: 300_000 }, async () => {
  const settings = { main: "index.js", compatibility_date: "2026-04-07" };
  const rooms = project({ "index.js": room(1) }, { name: "rooms", ...settings, ...objects({ ROOM: "Room" }) });
  const bindings = [{ name: "FAR", class_name: "Far" }, { name: "ROOM", class_name: "Room", script_name: "rooms" }];
  const first = project({ "index.js": far }, { name: "far", ...settings, ...objects({ FAR: "Far" }), durable_objects: { bindings } });
  const server = await dev({ config: [first, rooms] });
  const ask = async (what) => JSON.parse((await request(server.url, what, { ms: 120_000 })).body);
  const settled = async (counts, failures) => {
    let last;
    const is = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    await eventually(() => `the rooms to say ${JSON.stringify(counts)}; last: ${JSON.stringify(last)}`, async () => {
      last = await ask("/seen");
      return is(last.counts, counts) && is(last.failures, failures);
    }, 120_000);
    assert.equal(last.closes, 0);
  };
  try {
    await ask(`/open?${ROOMS}`);
    await ask("/block");
    await settled({ "block to code 1": ROOMS }, {});
    await ask("/call");
    fs.writeFileSync(path.join(path.dirname(rooms), "index.js"), room(2));
    await settled(
      { "block to code 1, first to code 2, second to code 2": ROOMS },
      { "Durable Object reset because its code was updated.": ROOMS },
    );
  } finally {
    await server.stop();
  }
});
