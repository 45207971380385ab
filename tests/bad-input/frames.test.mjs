// Frames that break the protocol: each gets its close code, the object sees the end, the others see nothing.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, request } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";
import { BINARY, CLOSE, CONTINUATION, PING, PONG, Raw, TEXT, closing, frame } from "../support/raw.mjs";

const MIB = 1024 * 1024;
const bytes = (...values) => Buffer.from(values);

/** What breaks the protocol, by name: the bytes to send and the close code they earn. */
const broken = {
  "an unmasked frame": [frame(TEXT, "hi", { mask: false }), 1002],
  "a reserved bit": [frame(TEXT, "hi", { reserved: 4 }), 1002],
  "an unknown opcode": [frame(3, "hi"), 1002],
  "an unknown control opcode": [frame(11, "hi"), 1002],
  "a ping in two frames": [frame(PING, "a", { fin: false }), 1002],
  "a ping of 126 bytes": [frame(PING, "x".repeat(126)), 1002],
  "a continuation of nothing": [frame(CONTINUATION, "x"), 1002],
  "a message inside a message": [Buffer.concat([frame(TEXT, "a", { fin: false }), frame(TEXT, "b")]), 1002],
  "a Close of one byte": [frame(CLOSE, "x"), 1002],
  "a Close with 1005": [frame(CLOSE, closing(1005)), 1002],
  "a Close with 1006": [frame(CLOSE, closing(1006)), 1002],
  "a Close with 999": [frame(CLOSE, closing(999)), 1002],
  "text that is not UTF-8": [frame(TEXT, bytes(0x61, 0xff, 0x62)), 1007],
  "an overlong encoding": [frame(TEXT, bytes(0xc0, 0xaf)), 1007],
  "a lone surrogate": [frame(TEXT, bytes(0xed, 0xa0, 0x80)), 1007],
  "text that ends within a character": [frame(TEXT, bytes(0xf0, 0x9f, 0x98)), 1007],
  "bad UTF-8 in the second part": [Buffer.concat([frame(TEXT, "fine", { fin: false }), frame(CONTINUATION, bytes(0xff))]), 1007],
  "a close reason that is not UTF-8": [frame(CLOSE, Buffer.concat([bytes(0x03, 0xe8), bytes(0xff)])), 1007],
  "a message over 32 MiB": [frame(BINARY, "", { length: 32 * MIB + 1 }), 1009],
  "a message that grows over 32 MiB in parts": [Buffer.concat([frame(BINARY, Buffer.alloc(20 * MIB), { fin: false }), frame(CONTINUATION, "", { length: 13 * MIB })]), 1009],
  "a length of 2^63": [Buffer.concat([bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0), bytes(1, 2, 3, 4)]), [1002, 1009]],
};

describe("frames", () => {
  let server;
  before(async () => {
    server = await dev({
      config: room(`
  fetch(request) {
    if (request.url.endsWith("/ended")) return Response.json([ended, errors]);
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.ctx.acceptWebSocket(server);
    else { server.accept(); server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data)); server.addEventListener("close", () => { ended++; }); }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, data) { ws.send(typeof data === "string" ? data : String(data.byteLength ?? data.size)); }
  webSocketClose() { ended++; }
  webSocketError() { errors++; }`, {
        head: "let ended = 0, errors = 0;",
      }),
    });
  });
  after(() => server?.stop());

  for (const kind of ["", "/hibernatable"]) {
    for (const [name, [sent, expected]] of Object.entries(broken)) {
      test(`${name} (${kind ? "hibernatable" : "ordinary"})`, async () => {
        const witness = await Client.open(server.url, `/frames${kind}`);
        const raw = await Raw.open(server.url, `/frames${kind}`);
        raw.write(sent);
        const answer = await raw.next();
        assert.equal(answer?.opcode, CLOSE, "the answer must be a Close");
        assert.ok([expected].flat().includes(answer.code), `closed with ${answer.code}, not ${expected}`);
        await raw.gone();
        assert.equal(await witness.ask("unharmed"), "unharmed");
        witness.vanish();
      });
    }

    test(`what is allowed is answered (${kind ? "hibernatable" : "ordinary"})`, async () => {
      const raw = await Raw.open(server.url, `/frames${kind}`);
      const smile = Buffer.from("\u{1F600}");
      raw.send(TEXT, smile.subarray(0, 2), { fin: false });
      raw.send(PING, "between");
      raw.send(CONTINUATION, smile.subarray(2));
      raw.send(PONG, "unasked");
      raw.send(PING, "x".repeat(125));
      const ping = await raw.next();
      assert.deepEqual([ping.opcode, ping.payload.toString()], [PONG, "between"]);
      // A pong may overtake the answer of the program, or not.
      const rest = [await raw.next(), await raw.next()].map(({ opcode, payload }) => `${opcode} ${payload}`).sort();
      assert.deepEqual(rest, [`${PONG} ${"x".repeat(125)}`, `${TEXT} \u{1F600}`].sort());
      raw.send(CLOSE, closing(4999, "bye"));
      assert.equal((await raw.next()).opcode, CLOSE);
      await raw.gone();
    });

    test(`a message of exactly 32 MiB arrives (${kind ? "hibernatable" : "ordinary"})`, async () => {
      const client = await Client.open(server.url, `/frames${kind}`);
      assert.equal(await client.ask(new Uint8Array(32 * MIB), 30_000), String(32 * MIB));
      client.vanish();
    });

    test(`a frame one byte at a time is the same frame (${kind ? "hibernatable" : "ordinary"})`, async () => {
      const raw = await Raw.open(server.url, `/frames${kind}`);
      for (const byte of frame(TEXT, "slowly")) {
        raw.write(bytes(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal((await raw.next()).payload.toString(), "slowly");
      raw.destroy();
    });
  }

  test("every broken socket ended for its object", async () => {
    const [ended, errors] = JSON.parse((await request(server.url, "/frames/ended")).body);
    assert.ok(ended + errors >= Object.keys(broken).length, `${ended} ends and ${errors} errors`);
  });
});
