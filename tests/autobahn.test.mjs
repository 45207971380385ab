// The Autobahn suite: framing, pings, reserved bits, opcodes, fragments, UTF-8, closing (1-7) and automatic fragmentation (10).
// All 247 cases, for a socket taken with accept() and for a hibernatable one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echo, kinds } from "./support/echo.mjs";
import { autobahn } from "./support/kosoku.mjs";

const CASES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"];

describe("Autobahn", () => {
  for (const kind of kinds) {
    test(`247 cases, ${kind}`, { timeout: 600_000 }, async () => {
      const server = await echo(kind);
      try {
        const { passed, failed } = await autobahn(server.url, CASES, { parallel: 8, ms: 500_000 });
        assert.deepEqual(failed, []);
        assert.equal(passed, 247);
      } finally {
        await server.stop();
      }
    });
  }
});
