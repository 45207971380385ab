// Compressed WebSocket messages as clients negotiate them: with `ws`, with the program's and its date's say, and broadcast to
// clients that agreed and clients that did not.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import zlib from "node:zlib";
import { Client } from "./support/client.mjs";
import { dev, objects, project } from "./support/holdfast.mjs";
import { BINARY, CLOSE, Raw, TEXT } from "./support/raw.mjs";

const source = `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async fetch(request) {
    const url = new URL(request.url);
    const [client, server] = Object.values(new WebSocketPair());
    this.ctx.acceptWebSocket(server);
    const wish = url.searchParams.get("extensions");
    const headers = wish === null ? {} : { "Sec-WebSocket-Extensions": wish };
    return new Response(null, { status: 101, webSocket: client, headers });
  }
  webSocketMessage(ws, message) {
    for (const one of this.ctx.getWebSockets()) one.send(message);
  }
}
export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname === "/outgoing") {
      const socket = new WebSocket(url.searchParams.get("to"));
      const said = await new Promise((resolve, reject) => {
        socket.addEventListener("open", () => socket.send("to and fro, ".repeat(500)));
        socket.addEventListener("message", ({ data }) => resolve(data));
        socket.addEventListener("error", ({ message }) => reject(new Error(message)));
      });
      const { extensions } = socket;
      socket.close(1000);
      return Response.json({ extensions, whole: said === "to and fro, ".repeat(500) });
    }
    return env.ROOM.getByName(url.pathname).fetch(request);
  },
};
`;

const STATELESS = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const OFFER = { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" };

const start = (date, args = []) =>
  dev({
    config: project({ "src/index.js": source }, { name: "room", main: "src/index.js", compatibility_date: date, ...objects({ ROOM: "Room" }) }),
    args,
  });

/** The next frame as it came: whether it is compressed, its payload's size, and the message. */
async function arrives(raw) {
  while (raw.bytes.length === 0 && !raw.ended) await new Promise((resolve) => (raw.wake = resolve));
  const compressed = (raw.bytes[0] & 0x40) !== 0;
  const { payload } = await raw.next();
  const bytes = compressed ? zlib.inflateRawSync(Buffer.concat([payload, Buffer.from([0, 0, 255, 255])]), { finishFlush: zlib.constants.Z_SYNC_FLUSH }) : payload;
  return { compressed, size: payload.length, text: bytes.toString() };
}

describe("compression", () => {
  let server;
  before(async () => {
    server = await start("2026-08-01");
  });
  after(() => server?.stop());

  const agreed = async (server, path, headers) => {
    const raw = await Raw.connect(server.url);
    raw.request(path, headers);
    const head = await raw.head();
    assert.equal(head.status, 101);
    raw.destroy();
    return head.headers["sec-websocket-extensions"];
  };

  test("is what the client offers and the program lets it", async () => {
    assert.equal(await agreed(server, "/a", OFFER), STATELESS);
    assert.equal(await agreed(server, "/a", {}), undefined);
    assert.equal(await agreed(server, "/a?extensions=", OFFER), undefined);
    assert.equal(await agreed(server, "/a?extensions=permessage-deflate", OFFER), STATELESS);
    assert.equal(await agreed(server, "/a?extensions=permessage-deflate", {}), undefined);
    assert.equal(await agreed(server, "/a", { "Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=10" }), `${STATELESS}; server_max_window_bits=10`);
    assert.equal(await agreed(server, "/a", { "Sec-WebSocket-Extensions": "permessage-deflate; what=1" }), undefined);
  });

  test("is for one broadcast the same for all who agreed", async () => {
    const plain = await Raw.open(server.url, "/broadcast");
    const one = await Raw.open(server.url, "/broadcast", OFFER);
    const other = await Raw.open(server.url, "/broadcast", OFFER);
    const text = "said to everybody, ".repeat(200);
    plain.send(TEXT, text);
    const seen = [await arrives(plain), await arrives(one), await arrives(other)];
    assert.deepEqual(seen.map(({ compressed }) => compressed), [false, true, true]);
    assert.ok(seen.every((one) => one.text === text));
    assert.equal(seen[1].size, seen[2].size);
    plain.send(TEXT, "short");
    assert.deepEqual(await arrives(one), { compressed: false, size: 5, text: "short" });
    // A compressed message is the message it was; a bomb is not expanded.
    const said = (payload) => zlib.deflateRawSync(payload, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
    one.send(TEXT, said("hello"), { reserved: 4 });
    await arrives(plain);
    assert.equal((await arrives(plain)).text, "hello");
    other.send(BINARY, said(Buffer.alloc(40 * 1024 * 1024)), { reserved: 4 });
    let frame = await other.next();
    while (frame && frame.opcode !== CLOSE) frame = await other.next();
    assert.equal(frame?.code, 1009);
    for (const raw of [plain, one, other]) raw.destroy();
  });

  for (const setting of ["stateless", "takeover", "off"]) {
    test(`works with another implementation (${setting})`, async () => {
      const server = await start("2026-08-01", ["--websocket-compression", setting]);
      try {
        const client = await Client.open(server.url, "/ws", { perMessageDeflate: { threshold: 0 } });
        assert.equal(client.socket.extensions.includes("permessage-deflate"), setting !== "off");
        for (const length of [0, 1, 100, 5_000, 200_000]) {
          for (let round = 0; round < 3; round++) {
            const text = "abcdefghij".repeat(length / 10) + length;
            assert.equal(await client.ask(text), text);
          }
        }
        client.vanish();
      } finally {
        await server.stop();
      }
    });
  }

  test("is not offered nor taken by programs from before it", async () => {
    const old = await start("2023-08-14");
    try {
      assert.equal(await agreed(old, "/a", OFFER), undefined);
      assert.equal(await agreed(old, "/a?extensions=permessage-deflate", OFFER), undefined);
      const to = `${server.url.replace("http", "ws")}/from-old`;
      const answer = await fetch(`${old.url}/outgoing?to=${encodeURIComponent(to)}`);
      assert.deepEqual(await answer.json(), { extensions: null, whole: true });
    } finally {
      await old.stop();
    }
  });

  test("is offered by sockets of programs", async () => {
    const other = await start("2026-08-01");
    try {
      const to = `${other.url.replace("http", "ws")}/from-new`;
      const answer = await fetch(`${server.url}/outgoing?to=${encodeURIComponent(to)}`);
      assert.deepEqual(await answer.json(), { extensions: STATELESS, whole: true });
    } finally {
      await other.stop();
    }
  });
});
