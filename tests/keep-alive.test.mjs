// Clients that fall silent: asked with a ping, dropped when they do not answer. Objects hear of the end once, and of pings never.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, room } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";
import { CLOSE, PING, PONG, Raw, TEXT } from "./support/raw.mjs";

describe("keep-alive", () => {
  // Objects, and the Worker that tells how many there were without waking one, are on one thread.
  const start = (pong) =>
    dev({
      config: room(
        `
  constructor(ctx, env) { super(ctx, env); births++; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json({ log, open: this.ctx.getWebSockets().length });
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.ctx.acceptWebSocket(server);
    else {
      server.accept();
      for (const type of ["message", "error"]) server.addEventListener(type, () => log.push(type));
      server.addEventListener("close", ({ code, reason, wasClean }) => log.push(["close", code, reason, wasClean]));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { log.push("message"); ws.send(message); }
  webSocketError() { log.push("error"); }
  webSocketClose(ws, code, reason, wasClean) { log.push(["close", code, reason, wasClean]); }`,
        { head: "let births = 0;\nconst log = [];", worker: `if (request.url.endsWith("/births")) return Response.json(births);` },
      ),
      args: ["--threads", "1", "--websocket-ping-after", "300ms", "--websocket-pong-within", pong, "--hibernate-after", "100ms"],
    });
  // One that drops clients soon, and one that gives a busy machine the time to answer.
  let strict, patient;
  before(async () => {
    [strict, patient] = await Promise.all([start("600ms"), start("100s")]);
  });
  after(() => Promise.all([strict?.stop(), patient?.stop()]));

  const asks = async (server, path) => JSON.parse((await request(server.url, path)).body);
  const seen = (name) => asks(strict, `/${name}/log`);

  for (const kind of ["accepted", "hibernatable"]) {
    test(`a client that does not answer is dropped (${kind})`, async () => {
      const { log: earlier } = await seen("silent");
      const raw = await Raw.open(strict.url, `/silent/${kind}`);
      assert.equal((await raw.next()).opcode, PING);
      assert.equal(await raw.next(), null, "nothing follows, not even a Close");
      const { log } = await eventually("the object hears of the end", async () => {
        const now = await seen("silent");
        return now.log.length > earlier.length && now;
      });
      const end = ["close", 1006, "WebSocket disconnected without sending Close frame.", false];
      assert.deepEqual(log.slice(earlier.length), [end]);
      assert.deepEqual((await seen("silent")).log, log, "and nothing after it");
    });
  }

  test("a client that answers stays, and wakes nobody", async () => {
    const raw = await Raw.open(patient.url, "/answers/hibernatable");
    for (let number = 0; number < 4; number++) {
      const frame = await raw.next();
      assert.equal(frame?.opcode, PING);
      raw.send(PONG, frame.payload);
    }
    assert.equal(await asks(patient, "/births"), 1);
    raw.send(TEXT, "hello");
    let frame = await raw.next();
    while (frame?.opcode === PING) frame = await raw.next();
    assert.equal(frame.payload.toString(), "hello");
    assert.equal(await asks(patient, "/births"), 2, "the message woke it");
    assert.deepEqual(await asks(patient, "/answers/log"), { log: ["message"], open: 1 }, "only the message was seen");
    raw.send(CLOSE);
    await raw.gone();
  });
});
