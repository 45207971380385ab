// Promises: a whole project started as its users would start it. Projects that are not part of this repository are looked
// for, and missed loudly.
import fs from "node:fs";
import path from "node:path";
import { dev } from "./holdfast.mjs";
import { root } from "./packages.mjs";

export { onReference } from "./holdfast.mjs";

/** The published programs that must run, beside the repository, or where HOLDFAST_APPS says. */
export const apps = process.env.HOLDFAST_APPS ?? path.resolve(root, "../shared/apps");

/** Our own examples. */
export const examples = path.join(root, "examples");

/** Copies of other people's repositories, by name; see tests/README.md. */
export const thirdParty = process.env.HOLDFAST_THIRD_PARTY;

/** The configuration file of a project folder, or undefined. */
export function configOf(folder) {
  if (!folder) return undefined;
  return ["wrangler.toml", "wrangler.json", "wrangler.jsonc"].map((name) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

/** Options for `test`: skipped with a clear message when the project is not there. */
export function needs(folder, what) {
  return configOf(folder) ? { timeout: 300_000 } : { skip: `${what} not found${folder ? ` at ${folder}` : ""}` };
}

/** Starts the project in `folder`. */
export function start(folder, options = {}) {
  return dev({ config: configOf(folder), ...options });
}
