// Promises: the loads, their goals, and the table that sets one against the other.

/**
 * `goals`: the least ratio of Holdfast's messages per processor second to a peer's; `wallGoals`: of messages per second,
 * where the disk is what is waited for; `against`: to another load's, Holdfast's own if no server is named. `disk`: the
 * objects of every server are on one; otherwise workerd's are in memory. `block`: loads of the same one run in turns, in as
 * many `rounds` as the first of them says. `sharing`: sockets that share an object; `inFlight`: messages under way at a
 * time, otherwise one a socket.
 */
export const loads = [
  { name: "echo 1", title: "echo, 1 socket", kind: "echo", path: "/echo", sockets: 1 },
  { name: "echo 50", block: "50", title: "echo, 50 sockets", kind: "echo", path: "/echo", sockets: 50, rounds: 7, goals: { workerd: 3.5, bun: 0.8 } },
  { name: "hibernatable 50", block: "50", title: "echo, 50 hibernatable sockets", kind: "echo", path: "/hibernatable", sockets: 50, objectsOnly: true, goals: { workerd: 3.5 }, against: { load: "echo 50", least: 0.9, words: "echo of accept()" } },
  { name: "ping", block: "50", title: "auto-response, 50 sockets", kind: "echo", path: "/hibernatable", sockets: 50, send: "ping", expect: "pong", objectsOnly: true, goals: { workerd: 1.5 }, against: { load: "echo 50", server: "bun", least: 1.05, words: "echo of bun" } },
  { name: "echo 200", title: "echo, 200 sockets", kind: "echo", path: "/echo", sockets: 200, goals: { workerd: 3.5, bun: 0.8 } },
  { name: "one", block: "many", title: "echo, 1 object with 50 hibernatable sockets", kind: "echo", path: "/hibernatable", sockets: 50, servers: ["bun", "holdfast"], rounds: 3 },
  { name: "many", block: "many", title: "echo, 1,000 objects with 10 each, 50 in flight", kind: "echo", path: "/hibernatable/*", sockets: 10_000, quickSockets: 2000, sharing: 10, inFlight: 50, servers: ["bun", "holdfast"], against: { load: "one", least: 1, words: "1 object with 50" } },
  { name: "broadcast", title: "broadcast to 1,000", kind: "broadcast", path: "/broadcast", sockets: 1000, goals: { workerd: 5, bun: 1 } },
  { name: "broadcast 5000", title: "broadcast to 5,000", kind: "broadcast", path: "/broadcast", sockets: 5000, goals: { workerd: 5, bun: 1 } },
  { name: "idle", title: "idle, hibernated, 8,000 sockets", kind: "idle", path: "/hibernatable", sockets: 8000, quickSockets: 2000, bytesGoal: 1024 },
  { name: "resident", title: "10,000 objects in memory after one request", kind: "resident", path: "/resident/*", sockets: 10_000, quickSockets: 2000, objectsOnly: true, bytesGoal: 15 * 1024 },
  { name: "wake", title: "waking 4,000 hibernated objects by a message", kind: "wake", path: "/hibernatable/*", sockets: 4000, quickSockets: 1000, objectsOnly: true, activationsGoal: 10_000, wakeGoal: 100 },
  { name: "get", title: "20 × storage.get a message, 50 sockets", kind: "echo", path: "/get", sockets: 50, objectsOnly: true, disk: true, goals: { workerd: 1.5 } },
  { name: "durable 100", title: "durable write, 100 objects", kind: "echo", path: "/durable/*", sockets: 100, objectsOnly: true, disk: true, wallGoals: { workerd: 10 } },
  { name: "durable 1", title: "durable write, 1 object", kind: "echo", path: "/durable", sockets: 1, objectsOnly: true, disk: true },
  { name: "written", title: "idle, written, 10,000 objects with a socket", kind: "idle", path: "/durable/*", sockets: 10_000, quickSockets: 2000, objectsOnly: true, disk: true, bytesGoal: 20 * 1024 },
];

/** Milliseconds from the start of the process to its first answer. */
const startGoal = 150;

const median = (numbers) => numbers.toSorted((left, right) => left - right)[numbers.length >> 1];

/** Of several rounds of one load, the median of each figure; what failed if any round did. */
export function summary(rounds) {
  const failed = rounds.find((round) => round.failed);
  if (failed) return failed;
  return Object.fromEntries(Object.keys(rounds[0]).map((figure) => [figure, median(rounds.map((round) => round[figure]))]));
}

const thousands = (number) => (number >= 10_000 ? `${Math.round(number / 1000)}k` : number >= 1000 ? `${(number / 1000).toFixed(1)}k` : String(Math.round(number)));
const microseconds = (number) => (number >= 10_000 ? `${(number / 1000).toFixed(1)} ms` : `${Math.round(number)} µs`);

/** The whole report as text, of the medians of every load and server, and of what each round gave. */
export function table(results, samples, { machine, quick }) {
  const names = Object.keys(results);
  const rows = [["load", "figure", ...names, "÷ workerd", "÷ bun", "goal"]];
  /** Ratios of two series, round by round: both sides of each were measured within the same seconds. */
  const ratio = ([server, load], [otherServer, otherLoad], figure) => {
    const [ours, theirs] = [samples[server]?.[load], samples[otherServer]?.[otherLoad]];
    if (!ours || !theirs || [...ours, ...theirs].some((round) => round.failed)) return undefined;
    const all = ours.map((round, index) => round[figure] / theirs[index]?.[figure]).filter(Number.isFinite).sort((left, right) => left - right);
    return all.length === 0 ? undefined : { value: median(all), least: all[0], most: all.at(-1) };
  };
  for (const load of loads) {
    const of = (name) => results[name]?.[load.name];
    if (!names.some(of)) continue;
    const title = quick && load.quickSockets ? `${load.title} (${load.quickSockets})` : load.title;
    const cells = (show) => names.map((name) => (of(name) ? (of(name).failed ? "failed" : show(of(name))) : "–"));
    const single = (title, what, show, goal = "") => rows.push([title, what, ...cells(show), "", "", goal]);
    const ours = of("holdfast");
    if (load.kind === "idle" || load.kind === "resident") {
      single(title, "private bytes each", (one) => thousands(one.private_bytes_each), verdict(ours?.private_bytes_each, (bytes) => bytes <= load.bytesGoal, `≤ ${load.bytesGoal} B`));
      if (load.disk) single("", "database files open", (one) => String(one.database_files));
      continue;
    }
    if (load.kind === "wake") {
      single(title, "activations / CPU s", (one) => thousands(one.per_cpu_second), verdict(ours?.per_cpu_second, (rate) => rate >= load.activationsGoal, `≥ ${thousands(load.activationsGoal)}`));
      single("", "p50 of a message, warm", (one) => microseconds(one.warm_p50_us));
      single("", "p50 more when it wakes", (one) => microseconds(one.cold_p50_us - one.warm_p50_us), verdict(ours && ours.cold_p50_us - ours.warm_p50_us, (more) => more <= load.wakeGoal, `≤ ${load.wakeGoal} µs`));
      continue;
    }
    const line = (title, what, figure, goals, against) => {
      const to = (peer) => ratio(["holdfast", load.name], [peer, load.name], figure);
      const verdicts = Object.entries(goals ?? {}).map(([peer, least]) => verdict(to(peer)?.value, (value) => value >= least, `≥ ${least} × ${peer}`));
      if (against) {
        const other = ratio(["holdfast", load.name], [against.server ?? "holdfast", against.load], figure);
        // How the same two loads compare on another server: what of it is the kernel's.
        const elsewhere = against.server ? [] : names.filter((name) => name !== "holdfast").map((name) => [name, ratio([name, load.name], [name, against.load], figure)]);
        const words = [other, ...elsewhere.filter(([, one]) => one).map(([name, one]) => `${name} ${shown(one)}`)].filter(Boolean).map((one) => (typeof one === "string" ? one : shown(one)));
        verdicts.push(`${verdict(other?.value, (value) => value >= against.least, `≥ ${against.least} × ${against.words}`)}${words.length ? `: ${words.join(", ")}` : ""}`);
      }
      const ratios = figure === "per_cpu_second" || goals ? [shown(to("workerd")), shown(to("bun"))] : ["", ""];
      rows.push([title, what, ...cells((one) => thousands(one[figure])), ...ratios, verdicts.join(", ")]);
    };
    line(title, "messages / CPU s", "per_cpu_second", load.goals, load.against);
    line("", "messages / s", "per_second", load.wallGoals);
    single("", "p50 / p99", (one) => `${microseconds(one.p50_us)} / ${microseconds(one.p99_us)}`);
  }
  if (names.some((name) => results[name].start)) {
    const start = results.holdfast?.start?.milliseconds;
    rows.push(["start to first answer", "ms", ...names.map((name) => String(Math.round(results[name].start.milliseconds))), "", "", verdict(start, (ms) => ms <= startGoal, `≤ ${startGoal} ms`)]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  const failures = names.flatMap((name) => Object.entries(results[name]).filter(([, one]) => one.failed).map(([load, one]) => `${name}, ${load}: ${one.failed}`));
  return [
    `64-byte text messages, one in flight per socket; server on one processor, load on the other; ${quick ? "quick run: figures are rough" : "medians of short rounds, the servers taking turns; ratios round by round, with the least and the greatest"}`,
    machine,
    "",
    ...lines,
    ...(failures.length ? ["", ...failures] : []),
  ].join("\n");
}

const shown = (ratio) => (ratio === undefined ? "" : `${ratio.value.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)})`);

/** The goal, marked by whether it is reached. */
function verdict(value, reached, goal) {
  return value === undefined ? goal : `${reached(value) ? "✔" : "✘"} ${goal}`;
}
