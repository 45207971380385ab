// The Autobahn cases that take long: many and large messages (9), and compression (12 and 13). The compressed ones run for each
// setting of --websocket-compression.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { echo, kinds } from "../support/echo.mjs";
import { autobahn } from "../support/kosoku.mjs";

const MINUTE = 60_000;

/** All cases of `patterns` pass, and there are `count`. */
async function check(kind, args, patterns, count) {
  const server = await echo(kind, args);
  try {
    const { passed, failed } = await autobahn(server.url, patterns, { parallel: 2, ms: 30 * MINUTE });
    assert.deepEqual(failed, []);
    assert.equal(passed, count);
  } finally {
    await server.stop();
  }
}

describe("Autobahn at length", () => {
  for (const kind of kinds) {
    test(`performance, ${kind}`, { timeout: 30 * MINUTE }, () => check(kind, [], ["9.*"], 54));
  }
  for (const setting of ["stateless", "takeover"]) {
    const args = ["--websocket-compression", setting];
    test(`compression, ${setting}`, { timeout: 30 * MINUTE }, () => check("hibernatable", args, ["12.*", "13.*"], 216));
  }
});
