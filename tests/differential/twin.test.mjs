// The comparison must be able to fail: broken twins of a Worker, each wrong in one small way, give another transcript.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startReference } from "./cases.mjs";
import { transcribe } from "./transcript.mjs";

const right = `
const log = [];
export default {
  async fetch(request) {
    if (request.url.endsWith("/log")) return Response.json(log);
    if (request.headers.get("Upgrade") !== "websocket") return new Response("upgrade, please", { status: 426 });
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    server.addEventListener("message", ({ data }) => server.send("echo " + data));
    server.addEventListener("close", ({ code }) => { log.push(code); });
    return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": "a" } });
  }
};`;

const twins = {
  "another status": ["status: 426", "status: 400"],
  "another body": ["upgrade, please", "upgrade please"],
  "another content type": [`{ status: 426 }`, `{ status: 426, headers: { "Content-Type": "text/html" } }`],
  "another message": [`"echo " + data`, `"Echo " + data`],
  "a message more": [`server.send("echo " + data)`, `(server.send("echo " + data), data === "last" && server.send("more"))`],
  "a message less": [`server.send("echo " + data)`, `data === "last" || server.send("echo " + data)`],
  "bytes for text": [`server.send("echo " + data)`, `server.send(new TextEncoder().encode("echo " + data))`],
  "another close code": [`server.addEventListener("close"`, `server.addEventListener("message", ({ data }) => { if (data === "last") server.close(1001); }); server.addEventListener("close"`],
  "another event inside": ["log.push(code)", "log.push(code + 1)"],
  "another subprotocol": [`"Sec-WebSocket-Protocol": "a"`, `"Sec-WebSocket-Protocol": "b"`],
  "a thrown error": ["async fetch(request) {", `async fetch(request) { if (request.url.endsWith("/log")) throw new Error();`],
};

async function client(t) {
  await t.fetch("/");
  const socket = await t.connect("/", { name: "client", protocols: ["a", "b"] });
  t.log("protocol", socket.protocol);
  await socket.ask("first").catch(() => {});
  socket.send("last");
  // A twin may answer the last message or not; the close shows that it was handled.
  await socket.close(1000);
  await t.fetch("/log");
}

describe("broken twins", () => {
  const all = [["right", right], ["right again", right], ...Object.entries(twins).map(([name, [from, to]]) => [name, right.replace(from, to)])];
  const cases = all.map(([name, worker]) => ({ name, worker, config: { date: "2026-04-07", flags: [], classes: {} } }));
  let reference, expected;
  before(async () => {
    reference = await startReference(cases);
    expected = (await transcribe(client, reference.urls.right)).lines;
  });
  after(() => reference?.stop());

  test("the same program gives the same transcript", async () => {
    assert.deepEqual((await transcribe(client, reference.urls["right again"])).lines, expected);
  });
  for (const name of Object.keys(twins)) {
    test(`${name} is noticed`, async () => {
      assert.notDeepEqual((await transcribe(client, reference.urls[name])).lines, expected);
    });
  }
});
