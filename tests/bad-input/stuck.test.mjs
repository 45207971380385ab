// What the engine cannot interrupt: a loop in WebAssembly. The process says whose program it is and ends with its own exit
// code; what was acknowledged is there after the next start.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { request } from "../support/client.mjs";
import { dev, project, room, run } from "../support/holdfast.mjs";

// (module (func (export "spin") (loop (br 0))))
const spinning = "0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,8,1,4,115,112,105,110,0,0,10,9,1,7,0,3,64,12,0,11,11";
const spin = `new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([${spinning}]))).exports.spin();`;

// What follows an asynchronous compilation is no part of any turn.
const spinLater = `const { instance } = await WebAssembly.instantiate(new Uint8Array([${spinning}])); instance.exports.spin();`;

// The watchdog counts the thread's processor time, which is a small share of the time on a busy machine.
const SPUN_MS = 300_000;

const config = () => room(`
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/put")) { await this.ctx.storage.put("kept", 1); return new Response("put"); }
    if (pathname.endsWith("/get")) return new Response(String(await this.ctx.storage.get("kept")));
    if (pathname.endsWith("/spin")) { ${spin} }
    if (pathname.endsWith("/spin-later")) { ${spinLater} }
    return new Response("fine");
  }`);

describe("a program that cannot be interrupted", { timeout: 900_000 }, () => {
  for (const way of ["spin", "spin-later"]) test(`${way}: the process names it and ends with code 5, and nothing acknowledged is lost`, async () => {
    const server = await dev({ config: config(), args: ["--cpu-limit", "200ms"] });
    let state;
    try {
      assert.equal((await request(server.url, "/one/put")).body, "put");
      request(server.url, `/one/${way}`).catch(() => {});
      await server.printed(/object [0-9a-f]{64} of class Room in room does not return and cannot be interrupted/, SPUN_MS);
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

  test("nor while it is loaded", async () => {
    const file = project({ "index.js": `${spin}\nexport default { fetch() {} };` },
      { name: "spinner", main: "index.js", compatibility_date: "2026-04-07", limits: { cpu_ms: 200 } });
    const { code, text } = await run(["dev", "--config", file, "--port", "0"], { ms: SPUN_MS });
    assert.match(text, /the Worker spinner does not return and cannot be interrupted/);
    assert.equal(code, 5);
  });

  test("endless microtasks while it is loaded are interrupted", async () => {
    const file = project({ "index.js": "for (;;) await null;\nexport default { fetch() {} };" },
      { name: "endless", main: "index.js", compatibility_date: "2026-04-07", limits: { cpu_ms: 200 } });
    const { code, text } = await run(["dev", "--config", file, "--port", "0"]);
    assert.match(text, /used up its CPU time while it was loaded/);
    assert.equal(code, 1);
  });
});
