// Runs the suites that drive a built Holdfast from outside: node tests/run.mjs [--target workerd] [part of a path]...
//
// Installs the pinned packages once, runs the files two at a time (most of them wait most of the time), prints what
// failed and at the end one line that counts. The exit code is 0 only when nothing failed. The long suites run only with
// HOLDFAST_LONG=1.
import fs from "node:fs";
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const folder = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const at = args.indexOf("--target");
if (at >= 0) process.env.HOLDFAST_TEST_TARGET = args.splice(at, 2)[1];

const isLong = process.env.HOLDFAST_LONG === "1";

await import("./support/packages.mjs");
const files = fs
  .readdirSync(folder, { recursive: true })
  .filter((file) => file.endsWith(".test.mjs"))
  .filter((file) => isLong || !file.startsWith("long"))
  .filter((file) => args.length === 0 || args.some((part) => file.includes(part)))
  .sort()
  .map((file) => path.join(folder, file));
if (files.length === 0) {
  console.error(`no suite matches ${args.join(" ")}${isLong ? "" : "; those in long/ need HOLDFAST_LONG=1"}`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const skips = new Set();
const stream = run({ files, concurrency: 2, timeout: isLong ? 3_600_000 : 1_800_000 });
const leaf = (data) => data.details?.type !== "suite";
stream.on("test:pass", (data) => {
  if (!leaf(data)) return;
  if (data.skip !== undefined || data.todo !== undefined) {
    counts.skipped++;
    skips.add(typeof data.skip === "string" && data.skip ? data.skip : data.name);
  } else counts.passed++;
});
stream.on("test:fail", (data) => {
  // A suite that fails only because something in it failed is not a failure of its own.
  if (leaf(data) || data.details?.error?.failureType !== "subtestsFailed") counts.failed++;
});
stream.compose(new spec()).pipe(process.stdout, { end: false });
stream.on("end", () => {
  // The reporter may still be writing its summary; ours comes after it.
  setImmediate(() => {
    for (const reason of skips) console.log(`node: skipped: ${reason}`);
    console.log(`node: ${counts.passed} passed, ${counts.failed} failed`);
    process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
  });
});
