// Promises: cases of the Autobahn suite run against a server, by the `kosoku` package from PyPI, which is installed once under
// target/python and not fetched again until tests/requirements.txt changes.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Program } from "./process.mjs";
import { root } from "./packages.mjs";

const requirements = path.join(root, "tests/requirements.txt");
const place = path.join(root, "target/python");

/** Installs what tests/requirements.txt names. */
export function install() {
  const stamp = path.join(place, "installed.txt");
  const wanted = fs.readFileSync(requirements, "utf8");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return;
  // Installed beside and renamed, so that an interrupted or a second installer never leaves half a folder.
  const beside = `${place}.${process.pid}`;
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--only-binary=:all:"];
  execFileSync("python3", ["-m", "pip", "install", ...options, "--target", beside, "--requirement", requirements], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  fs.writeFileSync(path.join(beside, "installed.txt"), wanted);
  fs.rmSync(place, { recursive: true, force: true });
  fs.renameSync(beside, place);
}

/**
 * Runs the cases that match `patterns` (`7.*`) against the server at `url`, as many at a time as `parallel` says. The server
 * gets every connection at its root: the suite keeps no path. Returns `{ passed, failed }`: a number, and a line for each.
 */
export async function autobahn(url, patterns, { parallel = 4, ms = 60_000 } = {}) {
  install();
  const script = path.join(root, "tests/support/autobahn.py");
  const env = { ...process.env, PYTHONPATH: place, PYTHONDONTWRITEBYTECODE: "1" };
  const program = new Program("python3", [script, url.replace(/^http/, "ws"), String(parallel), ...patterns], { env });
  try {
    const [, text] = await program.printed(/^result: (.*)\n/m, ms);
    return JSON.parse(text);
  } finally {
    await program.kill();
  }
}
