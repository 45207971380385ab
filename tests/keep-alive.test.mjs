// Clients that fall silent: asked with a ping, dropped when they do not answer. Objects hear of the end once, and of pings never.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { request } from "./support/client.mjs";
import { dev, room } from "./support/holdfast.mjs";
import { eventually } from "./support/process.mjs";
import { CLOSE, PING, PONG, Raw, TEXT } from "./support/raw.mjs";

describe("keep-alive", () => {
  let server;
  before(async () => {
    server = await dev({
      config: room(
        `
  constructor(ctx, env) { super(ctx, env); awake++; }
  fetch(request) {
    if (request.url.endsWith("/log")) return Response.json({ log, awake, open: this.ctx.getWebSockets().length });
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
        { head: "let awake = 0;\nconst log = [];" },
      ),
      args: ["--websocket-ping-after", "300ms", "--websocket-pong-within", "600ms", "--hibernate-after", "100ms"],
    });
  });
  after(() => server?.stop());

  const seen = async (name) => JSON.parse((await request(server.url, `/${name}/log`)).body);

  for (const kind of ["accepted", "hibernatable"]) {
    test(`a client that does not answer is dropped (${kind})`, async () => {
      const { log: earlier } = await seen("silent");
      const raw = await Raw.open(server.url, `/silent/${kind}`);
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
    const raw = await Raw.open(server.url, "/answers/hibernatable");
    const { awake, log } = await seen("answers");
    for (let number = 0; number < 4; number++) {
      const frame = await raw.next();
      assert.equal(frame?.opcode, PING);
      raw.send(PONG, frame.payload);
    }
    raw.send(TEXT, "hello");
    let frame = await raw.next();
    while (frame?.opcode === PING) frame = await raw.next();
    assert.equal(frame.payload.toString(), "hello");
    const later = await seen("answers");
    assert.deepEqual(later.log.slice(log.length), ["message"], "only the message was seen");
    assert.ok(later.awake <= awake + 1, `${later.awake - awake} instances for one message`);
    assert.equal(later.open, 1);
    raw.send(CLOSE);
    await raw.gone();
  });
});
