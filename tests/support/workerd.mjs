// Promises: npm workerd, the reference, running a list of Workers in one process, each on a port of its own. It is driven
// with a generated configuration; nothing lies between the client and it. A project of several files is bundled by esbuild
// first, as its authors' tools would.
import fs from "node:fs";
import path from "node:path";
import { npm, workerdBinary } from "./packages.mjs";
import { PATIENCE_MS, Program, temporaryFolder, within } from "./process.mjs";

const text = (value) => JSON.stringify(value);

/** One Worker as a `Workerd.Worker` in Cap'n Proto's text form; its sources are written into `folder`. */
function worker(description, folder) {
  const { name, source, format = "module", extraModules = {}, date, flags = [], classes = {}, sqlite = false, vars = {}, services = {}, disk } = description;
  const file = (part, content) => {
    const place = `${name}-${part.replaceAll("/", "-")}`;
    fs.writeFileSync(path.join(folder, place), content);
    return `embed ${text(place)}`;
  };
  const lines = [];
  if (format === "service-worker") lines.push(`serviceWorkerScript = ${file("worker.js", source)}`);
  else {
    const modules = [`(name = "worker.js", esModule = ${file("worker.js", source)})`];
    for (const [part, { kind, content }] of Object.entries(extraModules)) {
      modules.push(`(name = ${text(part)}, ${kind} = ${file(part, content)})`);
    }
    lines.push(`modules = [${modules.join(", ")}]`);
  }
  lines.push(`compatibilityDate = ${text(date)}`);
  lines.push(`compatibilityFlags = [${flags.map(text).join(", ")}]`);
  const names = [...new Set(Object.values(classes))];
  if (names.length) {
    const key = (className) => text(`${name}-${className}`);
    const spaces = names.map((n) => `(className = ${text(n)}, uniqueKey = ${key(n)}, enableSql = ${sqlite})`);
    lines.push(`durableObjectNamespaces = [${spaces.join(", ")}]`);
    lines.push(disk ? `durableObjectStorage = (localDisk = "disk")` : "durableObjectStorage = (inMemory = void)");
  }
  const bindings = Object.entries(classes).map(([n, c]) => `(name = ${text(n)}, durableObjectNamespace = ${text(c)})`);
  for (const [n, v] of Object.entries(vars)) {
    bindings.push(typeof v === "string" ? `(name = ${text(n)}, text = ${text(v)})` : `(name = ${text(n)}, json = ${text(JSON.stringify(v))})`);
  }
  // Bindings of a Worker to its own entrypoints: { BINDING: { entrypoint, props } }.
  for (const [n, { entrypoint, props }] of Object.entries(services)) {
    const more = [entrypoint && `entrypoint = ${text(entrypoint)}`, props && `props = (json = ${text(JSON.stringify(props))})`];
    bindings.push(`(name = ${text(n)}, service = (${[`name = ${text(name)}`, ...more.filter(Boolean)].join(", ")}))`);
  }
  lines.push(`bindings = [${bindings.join(", ")}]`, `globalOutbound = "internet"`);
  return `(${lines.join(",\n      ")})`;
}

/**
 * Starts workerd with `workers`: `{ name, source, format, date, flags, classes, sqlite, vars, disk }` each. With a folder `disk`
 * objects are kept there, but for those of workers that say `disk: false`.
 * Returns `{ program, urls, stop }`; `urls` has one address per worker, by name.
 */
export async function workerd(workers, { disk, prefix = [] } = {}) {
  const folder = temporaryFolder();
  const services = workers.map((one) => `(name = ${text(one.name)}, worker = ${worker({ disk: true, ...one, ...(disk ? {} : { disk: false }) }, folder)})`);
  services.push(`(name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)))`);
  if (disk) services.push(`(name = "disk", disk = (path = ${text(disk)}, writable = true))`);
  const sockets = workers.map((one) => `(name = ${text(one.name)}, address = "127.0.0.1:0", http = (), service = ${text(one.name)})`);
  const config = path.join(folder, "workerd.capnp");
  fs.writeFileSync(config, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${services.join(",\n    ")}
  ],
  sockets = [
    ${sockets.join(",\n    ")}
  ]
);
`);
  const [command, ...rest] = [...prefix, workerdBinary(), "serve", "--experimental", "--control-fd=3", config];
  const program = new Program(command, rest, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  program.name = "workerd";
  // Each listening socket is announced as one line of JSON on the control descriptor.
  const urls = {};
  const listening = new Promise((resolve, reject) => {
    let rest = "";
    program.child.stdio[3].setEncoding("utf8").on("data", (chunk) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const event = JSON.parse(line);
        if (event.event === "listen") urls[event.socket] = `http://127.0.0.1:${event.port}`;
      }
      if (Object.keys(urls).length === workers.length) resolve();
    });
    program.exited.then((code) => reject(new Error(`workerd ended with ${code}:\n${program.text}`)));
  });
  try {
    await within(PATIENCE_MS, () => `workerd did not start:\n${program.text}`, listening);
  } catch (error) {
    await program.kill();
    throw error;
  }
  return { program, urls, stop: () => program.stop(2_000) };
}

/** Reads a wrangler project and bundles it into one Worker that `workerd` takes. */
export async function bundled(configFile) {
  const config = parseConfig(configFile);
  const folder = path.dirname(configFile);
  const manifest = path.join(folder, "package.json");
  const candidates = [
    config.main,
    fs.existsSync(manifest) ? JSON.parse(fs.readFileSync(manifest, "utf8")).main : undefined,
    "src/index.ts",
    "src/index.js",
    "src/index.mjs",
    "index.js",
  ];
  const main = candidates.filter(Boolean).find((file) => fs.existsSync(path.join(folder, file)));
  const result = await npm("esbuild").build({
    entryPoints: [path.join(folder, main)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*", "workerd:*"],
    loader: { ".html": "text", ".txt": "text", ".sql": "text", ...loaders(config.rules) },
    logLevel: "silent",
  });
  const source = result.outputFiles[0].text;
  const bindings = config.durable_objects?.bindings ?? [];
  return {
    name: config.name,
    source,
    format: /^export\b/m.test(source) ? "module" : "service-worker",
    date: config.compatibility_date ?? "2021-11-02",
    flags: config.compatibility_flags,
    classes: Object.fromEntries(bindings.map((one) => [one.name, one.class_name])),
    sqlite: (config.migrations ?? []).some((one) => one.new_sqlite_classes),
    vars: config.vars,
  };
}

/** esbuild's loaders for wrangler's `rules`, by the ending that each glob names. */
function loaders(rules = []) {
  const kinds = { Data: "binary", Text: "text", ESModule: "js" };
  return Object.fromEntries(rules.flatMap(({ type, globs }) => globs.map((glob) => [path.extname(glob), kinds[type]])));
}

function parseConfig(file) {
  const content = fs.readFileSync(file, "utf8");
  if (file.endsWith(".toml")) return npm("smol-toml").parse(content);
  return JSON.parse(content.replace(/^\s*\/\/.*$/gm, "").replace(/,(\s*[}\]])/g, "$1"));
}
