// What the engine cannot interrupt: endless microtasks, and a loop in WebAssembly. The process says whose program it is and
// ends with its own exit code; what was acknowledged is there after the next start.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, room } from "../support/holdfast.mjs";

// (module (func (export "spin") (loop (br 0))))
const spinning = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,8,1,4,115,112,105,110,0,0,10,9,1,7,0,3,64,12,0,11,11";

const config = () => room(`
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/put")) { await this.ctx.storage.put("kept", 1); return new Response("put"); }
    if (pathname.endsWith("/get")) return new Response(String(await this.ctx.storage.get("kept")));
    if (pathname.endsWith("/microtasks")) for (;;) await null;
    if (pathname.endsWith("/wasm")) new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${spinning}]))).exports.spin();
    return new Response("fine");
  }`);

describe("a program that cannot be interrupted", { timeout: 120_000 }, () => {
  for (const way of ["microtasks", "wasm"]) {
    test(`${way}: the process names it and ends with code 5, and nothing acknowledged is lost`, async () => {
      const server = await dev({ config: config(), args: ["--cpu-limit", "200ms"] });
      let state;
      try {
        assert.equal((await request(server.url, "/one/put")).body, "put");
        request(server.url, `/one/${way}`, { ms: 60_000 }).catch(() => {});
        await server.printed(/object [0-9a-f]{64} of class Room in room does not return and cannot be interrupted/, 60_000);
        assert.equal(await server.program.exited, 5);
        state = server.state;
      } finally {
        await server.program.kill();
      }
      const again = await dev({ config: config(), state });
      try {
        assert.equal((await request(again.url, "/one/get")).body, "1");
      } finally {
        await again.stop();
      }
    });
  }
});
