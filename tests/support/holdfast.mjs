// Promises: `holdfast dev` started on a free port of loopback with its own state folder, ready to answer when the promise
// resolves. HOLDFAST names the binary to test; without it, it is target/release/holdfast. With HOLDFAST_TEST_TARGET=workerd
// the reference takes its place, as far as it can, so that a test can be told from what it tests.
import fs from "node:fs";
import path from "node:path";
import { root } from "./packages.mjs";
import { PATIENCE_MS, Program, temporaryFolder, within } from "./process.mjs";
import { bundled, workerd } from "./workerd.mjs";

export const binary = path.resolve(process.env.HOLDFAST ?? path.join(root, "target/release/holdfast"));

export const onReference = process.env.HOLDFAST_TEST_TARGET === "workerd";

function present() {
  if (!fs.existsSync(binary)) {
    throw new Error(`${binary} does not exist; build it (cargo build --release) or name another with HOLDFAST`);
  }
}

/** Runs `holdfast` with `args` to its end. Returns what it printed and its exit code. */
export async function run(args, { ms = PATIENCE_MS, ...options } = {}) {
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

  stop(graceMs) {
    return this.program.stop(graceMs);
  }

  kill() {
    return this.program.kill();
  }
}

/**
 * Starts `holdfast dev`. `config` is one path or several; `args` are further flags. `descriptors` limits its open files;
 * `prefix` is a command that runs it (such as `taskset -c 0`).
 */
export async function dev({ config, args = [], state = temporaryFolder(), descriptors, prefix = [], cwd, env = {}, ms = PATIENCE_MS }) {
  if (onReference) return reference([config].flat()[0], state);
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

async function reference(config, state) {
  const worker = await bundled(config);
  const { program, urls } = await workerd([worker], { disk: state });
  return new Server(program, urls[worker.name], state);
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

/** The exit codes that `holdfast --help` documents. */
export const exit = { done: 0, program: 1, usage: 2, listen: 3, state: 4 };

/** A small Worker with one class, written to a new folder. Returns the config's path. */
export function room(body, { name = "room", date = "2026-04-07", head = "", worker } = {}) {
  const source = `import { DurableObject } from "cloudflare:workers";
${head}
export class Room extends DurableObject {
${body}
}
export default {
  fetch(request, env) {
    ${worker ?? ""}
    return env.ROOM.getByName(new URL(request.url).pathname.split("/")[1]).fetch(request);
  },
};
`;
  return project({ "src/index.js": source }, { name, main: "src/index.js", compatibility_date: date, ...objects({ ROOM: "Room" }) });
}

/** Methods of a class whose sockets echo: `/NAME` with accept(), `/NAME/hibernatable` with acceptWebSocket(). */
export const echo = `
  fetch(request) {
    if (request.headers.get("Upgrade") !== "websocket") return new Response("fine");
    const [client, server] = Object.values(new WebSocketPair());
    if (request.url.endsWith("/hibernatable")) this.ctx.acceptWebSocket(server);
    else {
      server.accept();
      server.addEventListener("message", ({ data }) => this.webSocketMessage(server, data));
      server.addEventListener("close", ({ code, reason }) => this.closed?.(code, reason));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(ws, message) { ws.send(message); }
  webSocketClose(ws, code, reason) { this.closed?.(code, reason); }
`;
