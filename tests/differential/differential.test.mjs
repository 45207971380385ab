// The same Worker and the same client script on npm workerd and on Holdfast: the transcripts must be equal. A case that says
// `differs` must still differ, so that a reason which no longer holds is noticed.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { load, startHoldfast, startReference } from "./cases.mjs";
import { onReference } from "../support/holdfast.mjs";
import { transcribe } from "./transcript.mjs";

const cases = await load(process.env.CASE);

describe("differential", { concurrency: 3 }, () => {
  let reference;
  before(async () => {
    reference = await startReference(cases.filter((one) => !one.config.alone));
  });
  after(() => reference?.stop());

  for (const one of cases) {
    test(one.name, { timeout: 300_000 }, async () => {
      const own = one.config.alone ? await startReference([one]) : undefined;
      const expected = await transcribe(one.client, (own ?? reference).urls[one.name]);
      await own?.stop();
      if (expected.failure) throw new Error(`the script fails on workerd itself:\n${expected.lines.join("\n")}`, { cause: expected.failure });
      const server = await startHoldfast(one);
      try {
        const actual = await transcribe(one.client, server.url);
        const why = `printed by holdfast:\n${server.text}`;
        if (one.differs && !onReference) assert.notDeepEqual(actual.lines, expected.lines, `no longer differs (${one.differs})`);
        else assert.deepEqual(actual.lines, expected.lines, difference(expected.lines, actual.lines, why));
      } finally {
        await server.stop();
      }
    });
  }
});

/** The lines that differ, workerd's marked `-`, Holdfast's `+`. */
function difference(expected, actual, why) {
  const lines = [];
  for (let at = 0; at < Math.max(expected.length, actual.length); at++) {
    if (expected[at] === actual[at]) continue;
    lines.push(`- ${expected[at] ?? "(nothing)"}`, `+ ${actual[at] ?? "(nothing)"}`);
  }
  return `- workerd, + holdfast:\n${lines.join("\n")}\n${why}`;
}
