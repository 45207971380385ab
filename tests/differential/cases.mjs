// Promises: every case of tests/differential/cases, checked for its shape, and one case started on either runtime. A file is
// one case, or several of the same program: `export const variants = { before: { date: "2026-04-06" }, after: {} }` names
// what each changes in the configuration, and `client(t, config)` sees the outcome. A case whose configuration says `alone`
// has a workerd of its own: it does something to all objects of a process.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dev, objects, onReference, project } from "../support/holdfast.mjs";
import { temporaryFolder } from "../support/process.mjs";
import { workerd } from "../support/workerd.mjs";

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), "cases");

/** All cases, or those whose name contains `filter`. */
export async function load(filter = "") {
  const cases = [];
  for (const file of fs.readdirSync(folder).filter((one) => one.endsWith(".mjs")).sort()) {
    const name = file.slice(0, -4);
    if (!name.includes(filter)) continue;
    const { config, variants = { "": {} }, worker, client, differs } = await import(pathToFileURL(path.join(folder, file)));
    if (typeof worker !== "string" || typeof client !== "function") throw new Error(`${file} must export worker (a string) and client`);
    for (const [variant, over] of Object.entries(variants)) {
      const whole = { date: "2026-04-07", flags: [], classes: {}, ...config, ...over };
      cases.push({ name: variant ? `${name}-${variant}` : name, worker, client: (t) => client(t, whole), differs, config: whole });
    }
  }
  return cases;
}

// Object ids are made of the Worker's name, so both runtimes must give it the same one.
const workerName = (name) => `case-${name.replace(/[^a-z0-9]+/g, "-")}`;

/**
 * One workerd process for all `cases`; `urls` by case name. Classes on SQLite are kept on a disk and the others in memory: only
 * so does workerd run the storage it has for each in production.
 */
export async function startReference(cases) {
  const workers = cases.map(({ name, worker, config }) => ({ name: workerName(name), source: worker, disk: config.sqlite === true, ...config }));
  const server = await workerd(workers, { disk: temporaryFolder() });
  return { ...server, urls: Object.fromEntries(cases.map(({ name }) => [name, server.urls[workerName(name)]])) };
}

/** A Holdfast of its own for one case; or, where the reference takes its place, a second reference: a case must be the same twice. */
export async function startHoldfast({ name, worker, config }) {
  if (onReference) {
    const server = await startReference([{ name, worker, config }]);
    return { url: server.urls[name], stop: server.stop, text: "" };
  }
  const file = project({ "worker.js": worker }, {
    name: workerName(name),
    main: "worker.js",
    compatibility_date: config.date,
    compatibility_flags: config.flags,
    vars: config.vars,
    services: Object.entries(config.services ?? {}).map(([binding, one]) => ({ binding, service: workerName(name), ...one })),
    ...objects(config.classes, config),
  });
  return dev({ config: file });
}
