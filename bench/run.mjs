// Runs every load against every server, side by side, and prints what came out beside the goals.
//
//   bench/run [--quick] [--json FILE] [--only PART,...] [--servers NAME,...] [--peers]
//
// The server is pinned to processor 0 and the load generator to processor 1, so the figures that count are messages per
// second of the server's processor time (user and system, its whole process tree). A server that is not there (such as
// Holdfast before it is built; --peers leaves it out) has an empty column.
import { spawnSync, execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { binary } from "../tests/support/holdfast.mjs";
import { install, root, workerdBinary } from "../tests/support/packages.mjs";
import { Program, temporaryFolder } from "../tests/support/process.mjs";
import { request } from "../tests/support/client.mjs";
import { loads, startGoal, table } from "./report.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const args = process.argv.slice(2);
const flag = (name) => args.includes(`--${name}`);
const option = (name) => (flag(name) ? args[args.indexOf(`--${name}`) + 1] : undefined);
const quick = flag("quick");
const only = option("only")?.split(",");
const generator = path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, "target"), "release/holdfast-load");

const pinned = spawnSync("taskset", ["-c", "1", "true"]).status === 0;
const onProcessor = (number) => (pinned ? ["taskset", "-c", String(number)] : []);

/** Servers: the words of the command, what it prints with its port, and the seconds after which its objects hibernate. */
const servers = {
  workerd: {
    command: ({ disk } = {}) => [workerdBinary(), "serve", "--experimental", "--control-fd=1", workerdConfig(disk)],
    ready: /"event":"listen","socket":"bench","port":(\d+)/,
    hibernatesAfter: 12,
  },
  ws: {
    command: () => [process.execPath, path.join(here, "servers/ws.cjs"), path.join(root, "target/node/package.json")],
    ready: /Ready on http:\/\/127\.0\.0\.1:(\d+)/,
  },
  bun: {
    command: () => [bunBinary(), path.join(here, "servers/bun.js")],
    ready: /Ready on http:\/\/127\.0\.0\.1:(\d+)/,
  },
  holdfast: {
    command: () => [binary, "dev", "--config", path.join(here, "worker/wrangler.json"), "--ip", "127.0.0.1", "--port", "0", "--persist-to", temporaryFolder(), "--hibernate-after", "2s"],
    ready: /Ready on http:\/\/127\.0\.0\.1:(\d+)/,
    hibernatesAfter: 4,
  },
};
if (flag("peers")) delete servers.holdfast;
else if (!fs.existsSync(binary)) {
  console.error(`there is no ${binary}: build it (cargo build --release -p holdfast), name another in HOLDFAST, or ask for --peers`);
  process.exit(2);
}
if (option("servers")) for (const name of Object.keys(servers)) if (!option("servers").split(",").includes(name)) delete servers[name];

function workerdConfig(disk) {
  const folder = temporaryFolder();
  fs.copyFileSync(path.join(here, "worker/worker.js"), path.join(folder, "worker.js"));
  const file = path.join(folder, "bench.capnp");
  fs.writeFileSync(file, `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "bench", worker = (
    modules = [(name = "worker.js", esModule = embed "worker.js")],
    compatibilityDate = "2026-04-01",
    durableObjectNamespaces = [(className = "Room", uniqueKey = "bench-Room", enableSql = true)],
    durableObjectStorage = (${disk ? 'localDisk = "disk"' : "inMemory = void"}),
    bindings = [(name = "ROOM", durableObjectNamespace = "Room")],
  ))${disk ? `, (name = "disk", disk = (path = ${JSON.stringify(temporaryFolder())}, writable = true))` : ""}],
  sockets = [(name = "bench", address = "127.0.0.1:0", http = (), service = "bench")]
);
`);
  return file;
}

function bunBinary() {
  const npm = install("bench-node", here);
  // Processors without AVX2 need the other build.
  const plain = !fs.readFileSync("/proc/cpuinfo", "utf8").includes("avx2");
  const arch = { x64: plain ? "x64-baseline" : "x64", arm64: "aarch64" }[process.arch];
  return path.join(path.dirname(npm.resolve("bun/package.json")), `../@oven/bun-${process.platform}-${arch}/bin/bun`);
}

async function start(server, one) {
  const began = performance.now();
  // Thousands of sockets need descriptors; the shell replaces itself, so that the id is the server's own.
  const words = ["sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "sh", ...onProcessor(0), ...server.command(one)];
  const program = new Program(words[0], words.slice(1));
  const [, port] = await program.printed(server.ready);
  for (;;) {
    const answer = await request(`http://127.0.0.1:${port}`, "/").catch(() => null);
    if (answer?.status === 200) break;
  }
  return { program, port: Number(port), milliseconds: performance.now() - began };
}

async function load(running, kind, options) {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [command, ...rest] = ["sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "sh", ...onProcessor(1), generator, kind, `127.0.0.1:${running.port}`, options.path, ...words.slice(2), "--pid", running.program.pid];
  const { stdout } = await promisify(execFile)(command, rest.map(String), { timeout: 180_000 });
  return JSON.parse(stdout);
}

/** The median of several starts, each from nothing to the first answer. */
async function startUp(server) {
  const times = [];
  for (let round = 0; round < (quick ? 3 : 7); round++) {
    const running = await start(server);
    times.push(running.milliseconds);
    await running.program.kill();
  }
  return { milliseconds: times.sort((a, b) => a - b)[times.length >> 1] };
}

const rounds = quick ? 1 : 3;
const window = quick ? { seconds: 1, warm: 0.4 } : { seconds: 2, warm: 0.7 };
const results = Object.fromEntries(Object.keys(servers).map((name) => [name, {}]));
const wanted = loads.filter((one) => !only || only.some((part) => one.name.includes(part)));

/** One load on a fresh server. */
async function once(name, one) {
  const server = servers[name];
  const running = await start(server, one);
  try {
    const { kind, path, sockets, send, expect } = one;
    const options = { path, sockets: quick ? one.quickSockets ?? sockets : sockets, ...window, ...(send && { send }), ...(expect && { expect }) };
    if (kind === "idle") options.settle = server.hibernatesAfter ?? 2;
    return await load(running, kind, options);
  } catch (error) {
    return { failed: (error.stderr || error.message).trim().split("\n").at(-1) };
  } finally {
    await running.program.kill();
  }
}

// Servers take turns at each load, so that a neighbour on the machine disturbs all of them; the best round counts, because
// nothing but the server itself can make a round better than it is.
for (const one of wanted) {
  for (let round = 0; round < (one.kind === "idle" ? 1 : rounds); round++) {
    for (const [name, server] of Object.entries(servers)) {
      if (one.objectsOnly && !server.hibernatesAfter) continue;
      process.stderr.write(`${one.title}: ${name}\n`);
      const result = await once(name, one);
      const before = results[name][one.name];
      if (!before || before.failed || result.per_cpu_second > before.per_cpu_second) results[name][one.name] = result;
    }
  }
}
if (!only || only.includes("start")) for (const [name, server] of Object.entries(servers)) results[name].start = await startUp(server);

const machine = `${os.cpus().length} × ${os.cpus()[0].model}, ${os.type()} ${os.release()}, Node ${process.versions.node}${pinned ? "" : ", NOT pinned: no taskset"}`;
console.log(table(results, { machine, quick, startGoal }));
const json = option("json");
if (json) fs.writeFileSync(json, `${JSON.stringify({ machine, quick, results }, null, 2)}\n`);
