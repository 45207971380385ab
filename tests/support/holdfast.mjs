// Promises: `holdfast dev` started on a free port of loopback with its own state folder, ready to answer when the promise
// resolves. HOLDFAST names the binary to test; without it, it is target/release/holdfast.
import fs from "node:fs";
import path from "node:path";
import { root } from "./packages.mjs";
import { Program, temporaryFolder, within } from "./process.mjs";

export const binary = path.resolve(process.env.HOLDFAST ?? path.join(root, "target/release/holdfast"));

function present() {
  if (!fs.existsSync(binary)) {
    throw new Error(`${binary} does not exist; build it (cargo build --release) or name another with HOLDFAST`);
  }
}

/** Runs `holdfast` with `args` to its end. Returns what it printed and its exit code. */
export async function run(args, { ms = 20_000, ...options } = {}) {
  present();
  const program = new Program(binary, args, options);
  try {
    const code = await within(ms, () => `holdfast ${args.join(" ")} did not end in ${ms} ms:\n${program.text}`, program.exited);
    return { code, text: program.text };
  } finally {
    await program.kill();
  }
}

/** A started server: `url` and `port` to talk to it, `program` for its output and its end. */
export class Server {
  constructor(program, url, state) {
    this.program = program;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.state = state;
  }

  get text() {
    return this.program.text;
  }

  get pid() {
    return this.program.pid;
  }

  printed(...args) {
    return this.program.printed(...args);
  }

  stop(...args) {
    return this.program.stop(...args);
  }
}

/**
 * Starts `holdfast dev`. `config` is one path or several; `args` are further flags. `descriptors` limits its open files;
 * `prefix` is a command that runs it (such as `taskset -c 0`).
 */
export async function dev({ config, args = [], state = temporaryFolder(), descriptors, prefix = [], cwd, env = {}, ms = 20_000 }) {
  present();
  const configs = [config].flat().flatMap((file) => ["--config", file]);
  const words = [...prefix, binary, "dev", ...configs, "--ip", "127.0.0.1", "--port", "0", "--persist-to", state, ...args];
  // Under a limit the shell replaces itself, so that the id is the server's own.
  const [command, ...rest] = descriptors ? ["sh", "-c", `ulimit -n ${descriptors} && exec "$@"`, "sh", ...words] : words;
  const program = new Program(command, rest, { cwd, env: { ...process.env, ...env } });
  program.name = "holdfast";
  try {
    const [, url] = await program.printed(/Ready on (https?:\/\/[^\s\x1b]+)/, ms);
    return new Server(program, url, state);
  } catch (error) {
    await program.kill();
    throw error;
  }
}

/** Writes a wrangler project into a new folder: `files` by path, `config` as wrangler.json. Returns the config's path. */
export function project(files, config) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  const file = path.join(folder, "wrangler.json");
  if (config) fs.writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}

/** The wrangler keys that bind each class of `{ BINDING: "ClassName" }` and migrate it in. */
export function objects(classes, { sqlite = false } = {}) {
  const names = Object.values(classes);
  if (names.length === 0) return {};
  return {
    durable_objects: { bindings: Object.entries(classes).map(([name, class_name]) => ({ name, class_name })) },
    migrations: [{ tag: "v1", [sqlite ? "new_sqlite_classes" : "new_classes"]: names }],
  };
}
