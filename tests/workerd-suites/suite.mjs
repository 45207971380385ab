// Promises: one of workerd's suites as projects for `holdfast dev`, its modules unchanged: a folder for each Worker, and one
// Worker more that answers `GET /SERVICE/CASE` by calling `test()` of that export, as workerd's own runner does.
import fs from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../support/process.mjs";
import { constants } from "./text.mjs";

// What suites without a date expect.
const DATE = "2026-04-01";

const EXTENSIONS = { esModule: ".js", commonJsModule: ".cjs", text: ".txt", data: ".bin", wasm: ".wasm", json: ".json" };

const driver = `
const NO_CASE = 'The RPC receiver does not implement the method "test".';
export default {
  async fetch(request, env) {
    const binding = env[new URL(request.url).pathname.slice(1).replaceAll("/", "_")];
    try {
      await binding.test({});
      return Response.json({ passed: true });
    } catch (error) {
      return Response.json({ passed: false, isCase: error?.message !== NO_CASE, message: String(error?.name) + ": " + String(error?.message ?? error) });
    }
  },
};`;

const configName = (name) => name.toLowerCase().replace(/[^a-z0-9-]/g, "-");

/** Reads the suite `name` below `source`: `{ configs, args, cases: [[service, export]] }`. */
export function suite(source, name) {
  const base = path.join(source, "src/workerd", name);
  const text = constants(fs.readFileSync(`${base}.wd-test`, "utf8"));
  const config = Object.values(text).find((one) => one.services);
  const all = config.services.filter((service) => service.worker);
  // Workers that only hear what others log are left out.
  const listeners = all.flatMap(({ worker }) => [...(worker.tails ?? []), ...(worker.streamingTails ?? [])]).map((one) => one.name ?? one);
  const workers = all.filter(({ name }) => !listeners.includes(name));
  const folder = temporaryFolder();
  const cases = [];
  const configs = workers.map((service) => {
    const { file, exports } = write(path.join(folder, configName(service.name)), service, path.dirname(base));
    // In the order of a module's namespace, which is that of names.
    cases.push(...exports.sort().map((one) => [service.name, one]));
    return file;
  });
  const services = cases.map(([service, one]) => ({
    binding: `${service}_${one}`,
    service: configName(service),
    ...(one !== "default" && { entrypoint: one }),
  }));
  const front = path.join(folder, "holdfast-driver");
  fs.mkdirSync(front);
  fs.writeFileSync(path.join(front, "worker.js"), driver);
  const own = { name: "holdfast-driver", main: "worker.js", compatibility_date: DATE, services };
  fs.writeFileSync(path.join(front, "wrangler.json"), JSON.stringify(own));
  const args = config.v8Flags?.includes("--expose-gc") ? ["--expose-gc"] : [];
  return { configs: [path.join(front, "wrangler.json"), ...configs], args, cases };
}

// Writes the project of one Worker; answers its configuration, and the exports that may be cases.
function write(folder, { name, worker }, beside) {
  const alias = {};
  let main;
  let exports = [];
  const contents = (module) => (module?.embed === undefined ? module : fs.readFileSync(path.join(beside, module.embed)));
  for (const module of worker.modules) {
    const kind = Object.keys(EXTENSIONS).find((key) => key in module);
    if (kind === undefined) throw new Error(`${module.name}: no such kind of module here`);
    const source = contents(module[kind]);
    const extension = EXTENSIONS[kind];
    const file = module.name.endsWith(extension) ? module.name : module.name + extension;
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), source);
    if (main === undefined) {
      main = file;
      exports = [...source.toString().matchAll(/^\s*export (?:(?:const|let|var) (\w+)|default\b)/gm)].map(([, one]) => one ?? "default");
    } else {
      alias[module.name] = alias[`./${module.name}`] = `./${file}`;
    }
  }
  const config = {
    name: configName(name),
    main,
    compatibility_date: worker.compatibilityDate ?? DATE,
    compatibility_flags: worker.compatibilityFlags ?? [],
    alias,
    vars: {},
    services: [],
    durable_objects: { bindings: [] },
    ...migrations(worker.durableObjectNamespaces ?? []),
  };
  for (const binding of worker.bindings ?? []) bind(config, binding, name);
  const file = path.join(folder, "wrangler.json");
  fs.writeFileSync(file, JSON.stringify(config));
  return { file, exports };
}

function bind(config, { name, ...kinds }, own) {
  const [[kind, value]] = Object.entries(kinds);
  switch (kind) {
    case "text":
      config.vars[name] = value;
      break;
    case "json":
      config.vars[name] = JSON.parse(value);
      break;
    case "service": {
      const { name: service, entrypoint, props } = typeof value === "string" ? { name: value } : value;
      config.services.push({ binding: name, service: configName(service), entrypoint, ...(props && { props: JSON.parse(props.json) }) });
      break;
    }
    case "durableObjectNamespace": {
      const { className, serviceName } = typeof value === "string" ? { className: value } : value;
      const isElsewhere = serviceName !== undefined && serviceName !== own;
      config.durable_objects.bindings.push({ name, class_name: className, ...(isElsewhere && { script_name: configName(serviceName) }) });
      break;
    }
    default:
      throw new Error(`${name}: no such kind of binding here: ${kind}`);
  }
}

function migrations(namespaces) {
  if (namespaces.length === 0) return {};
  const named = (isSql) => namespaces.filter(({ enableSql }) => (enableSql === true) === isSql).map(({ className }) => className);
  return { migrations: [{ tag: "v1", new_classes: named(false), new_sqlite_classes: named(true) }] };
}
