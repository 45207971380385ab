// Runs every load against every server, side by side, and prints what came out beside the goals.
//
//   bench/run [--quick] [--json FILE] [--only PART,...] [--servers NAME,...] [--peers]
//
// The server is pinned to processor 0 and the load generator to processor 1, so the figures that count are messages per
// second of the server's processor time (user and system, its whole process tree), the median of short rounds in which all
// servers take turns. A server that is not there (such as Holdfast before it is built; --peers leaves it out) has an empty
// column.
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
import { loads, summary, table } from "./report.mjs";

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
    command: ({ kind } = {}) => [binary, "dev", "--config", path.join(here, "worker/wrangler.json"), "--ip", "127.0.0.1", "--port", "0", "--persist-to", temporaryFolder(), "--hibernate-after", kind === "resident" ? "10m" : "2s"],
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

/** Runs the load generator against a server: one round. */
async function load(server, running, one) {
  const { kind, path, send, expect, sharing, inFlight } = one;
  const options = {
    sockets: quick ? one.quickSockets ?? one.sockets : one.sockets,
    ...window,
    ...(send && { send }),
    ...(expect && { expect }),
    ...(sharing && { sharing }),
    ...(inFlight && { "in-flight": inFlight }),
    settle: kind === "resident" ? 2 : server.hibernatesAfter ?? 2,
    pid: running.program.pid,
  };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const [command, ...rest] = ["sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$@\"", "sh", ...onProcessor(1), generator, kind, `127.0.0.1:${running.port}`, path, ...words];
  try {
    const { stdout } = await promisify(execFile)(command, rest.map(String), { timeout: 180_000 });
    return JSON.parse(stdout);
  } catch (error) {
    return { failed: (error.stderr || error.message).trim().split("\n").at(-1) };
  }
}

/** Kinds of load that take memory or sleep in account: one round on a server that has seen nothing else. */
const once = ["idle", "resident", "wake"];

const takes = (one, name) => !(one.servers && !one.servers.includes(name)) && !(one.objectsOnly && !servers[name].hibernatesAfter);

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

const rounds = quick ? 2 : 5;
const window = quick ? { seconds: 0.5, warm: 0.2 } : { seconds: 0.6, warm: 0.15 };
/** What every round gave, by server and load. */
const samples = Object.fromEntries(Object.keys(servers).map((name) => [name, {}]));
const wanted = loads.filter((one) => !only || only.some((part) => one.name.includes(part)));

// Loads that are compared with each other run together, as the servers do: short rounds, everybody's turn in each, so that a
// neighbour on the machine disturbs all of them alike. The first round warms up and is not counted.
for (const block of new Set(wanted.map((one) => one.block ?? one.name))) {
  const together = wanted.filter((one) => (one.block ?? one.name) === block);
  const isOnce = together.some((one) => once.includes(one.kind));
  const taking = Object.keys(servers).filter((name) => together.some((one) => takes(one, name)));
  const running = {};
  try {
    for (const name of taking) running[name] = await start(servers[name], together[0]);
    for (let round = isOnce ? 1 : 0; round <= (isOnce ? 1 : (quick ? undefined : together[0].rounds) ?? rounds); round++) {
      for (const one of together) {
        for (const name of taking.filter((name) => takes(one, name))) {
          process.stderr.write(`${one.title}: ${name}, ${round === 0 ? "warming up" : `round ${round}`}\n`);
          const sample = await load(servers[name], running[name], one);
          if (round > 0) (samples[name][one.name] ??= []).push(sample);
        }
      }
    }
  } finally {
    for (const { program } of Object.values(running)) await program.kill();
  }
}
const results = Object.fromEntries(Object.entries(samples).map(([name, of]) => [name, Object.fromEntries(Object.entries(of).map(([load, all]) => [load, summary(all)]))]));
if (!only || only.includes("start")) for (const [name, server] of Object.entries(servers)) results[name].start = await startUp(server);

const machine = `${os.cpus().length} × ${os.cpus()[0].model}, ${os.type()} ${os.release()}, Node ${process.versions.node}${pinned ? "" : ", NOT pinned: no taskset"}`;
console.log(table(results, samples, { machine, quick }));
const json = option("json");
if (json) fs.writeFileSync(json, `${JSON.stringify({ machine, quick, results, samples }, null, 2)}\n`);
