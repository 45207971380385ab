// Promises: when this module has loaded, the packages pinned in tests/package-lock.json are installed under target/node.
// They are installed once; nothing is fetched again until the lock file changes. No install script of a package runs.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Installs the packages locked in `source` into `target/<name>` and returns a `require` that finds them. */
export function install(name, source) {
  const place = path.join(root, "target", name);
  const stamp = path.join(place, "installed.json");
  const lock = fs.readFileSync(path.join(source, "package-lock.json"), "utf8");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== lock) {
    // Installed beside and renamed, so that an interrupted or a second installer never leaves half a folder.
    const beside = `${place}.${process.pid}`;
    fs.mkdirSync(beside, { recursive: true });
    for (const file of ["package.json", "package-lock.json"]) fs.copyFileSync(path.join(source, file), path.join(beside, file));
    const options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved=true"];
    execFileSync("npm", options, { cwd: beside, stdio: ["ignore", "ignore", "inherit"] });
    fs.writeFileSync(path.join(beside, "installed.json"), lock);
    fs.rmSync(place, { recursive: true, force: true });
    fs.renameSync(beside, place);
  }
  return createRequire(path.join(place, "package.json"));
}

/** `require` for what tests/package.json pins. */
export const npm = install("node", path.join(root, "tests"));

/** The path of the npm `workerd` binary for this machine. */
export function workerdBinary() {
  const arch = { x64: "64", arm64: "arm64" }[process.arch];
  return npm.resolve(`@cloudflare/workerd-${process.platform}-${arch}/bin/workerd`);
}
