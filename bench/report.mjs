// Promises: the loads, their goals, and the table that sets one against the other.

/**
 * `goals`: the least ratio of Holdfast's messages per processor second to a peer's; `wallGoals`: of messages per second,
 * where the disk is what is waited for. `disk`: the objects of every server are on one; otherwise workerd's are in memory.
 */
export const loads = [
  { name: "echo 1", title: "echo, 1 socket", kind: "echo", path: "/echo", sockets: 1 },
  { name: "echo 50", title: "echo, 50 sockets", kind: "echo", path: "/echo", sockets: 50, goals: { workerd: 3, bun: 0.75 } },
  { name: "echo 200", title: "echo, 200 sockets", kind: "echo", path: "/echo", sockets: 200, goals: { workerd: 3, bun: 0.75 } },
  { name: "hibernatable 50", title: "echo, 50 hibernatable sockets", kind: "echo", path: "/hibernatable", sockets: 50, objectsOnly: true, goals: { workerd: 3 } },
  { name: "ping", title: "auto-response, 50 sockets", kind: "echo", path: "/hibernatable", sockets: 50, send: "ping", expect: "pong", objectsOnly: true, goals: { workerd: 1.5 } },
  { name: "broadcast", title: "broadcast to 1,000", kind: "broadcast", path: "/broadcast", sockets: 1000, goals: { workerd: 4, bun: 0.85 } },
  { name: "idle", title: "idle, hibernated, 8,000 sockets", kind: "idle", path: "/hibernatable", sockets: 8000, quickSockets: 2000, bytesGoal: 1536 },
  { name: "get", title: "20 × storage.get a message, 50 sockets", kind: "echo", path: "/get", sockets: 50, objectsOnly: true, disk: true, goals: { workerd: 1.5 } },
  { name: "durable 100", title: "durable write, 100 objects", kind: "echo", path: "/durable/*", sockets: 100, objectsOnly: true, disk: true, wallGoals: { workerd: 8 } },
  { name: "durable 1", title: "durable write, 1 object", kind: "echo", path: "/durable", sockets: 1, objectsOnly: true, disk: true },
  { name: "written", title: "idle, written, 10,000 objects with a socket", kind: "idle", path: "/durable/*", sockets: 10_000, quickSockets: 2000, objectsOnly: true, disk: true, bytesGoal: 20 * 1024 },
];

/** Milliseconds from the start of the process to its first answer. */
export const startGoal = 150;

const thousands = (number) => (number >= 10_000 ? `${Math.round(number / 1000)}k` : number >= 1000 ? `${(number / 1000).toFixed(1)}k` : String(Math.round(number)));
const microseconds = (number) => (number >= 10_000 ? `${(number / 1000).toFixed(1)} ms` : `${Math.round(number)} µs`);

/** The whole report as text. */
export function table(results, { machine, quick, startGoal }) {
  const names = Object.keys(results);
  const rows = [["load", "figure", ...names, "÷ workerd", "÷ bun", "goal"]];
  const of = (name, load) => results[name]?.[load];
  for (const load of loads) {
    if (!names.some((name) => of(name, load.name))) continue;
    const cells = (show) => names.map((name) => {
      const one = of(name, load.name);
      return one ? (one.failed ? "failed" : show(one)) : "–";
    });
    if (load.kind === "idle") {
      const title = quick ? load.title.replace(/8,000|10,000/, "2,000") : load.title;
      if (load.disk) rows.push(["", "database files open", ...cells((one) => String(one.database_files)), "", "", ""]);
      rows.push([title, "private bytes each", ...cells((one) => thousands(one.private_bytes_each)), "", "", verdict(of("holdfast", load.name)?.private_bytes_each, (bytes) => bytes <= load.bytesGoal, `≤ ${load.bytesGoal} B`)]);
      continue;
    }
    const line = (title, what, figure, goals) => {
      const ratio = (peer) => {
        const [ours, theirs] = [of("holdfast", load.name)?.[figure], of(peer, load.name)?.[figure]];
        return ours && theirs ? ours / theirs : undefined;
      };
      const verdicts = Object.entries(goals ?? {}).map(([peer, least]) => verdict(ratio(peer), (value) => value >= least, `≥ ${least} × ${peer}`));
      const ratios = figure === "per_cpu_second" || goals ? [shown(ratio("workerd")), shown(ratio("bun"))] : ["", ""];
      rows.push([title, what, ...cells((one) => thousands(one[figure])), ...ratios, verdicts.join(", ")]);
    };
    line(load.title, "messages / CPU s", "per_cpu_second", load.goals);
    line("", "messages / s", "per_second", load.wallGoals);
    rows.push(["", "p50 / p99", ...cells((one) => `${microseconds(one.p50_us)} / ${microseconds(one.p99_us)}`), "", "", ""]);
  }
  if (names.some((name) => of(name, "start"))) {
    const start = of("holdfast", "start")?.milliseconds;
    rows.push(["start to first answer", "ms", ...names.map((name) => String(Math.round(of(name, "start").milliseconds))), "", "", verdict(start, (ms) => ms <= startGoal, `≤ ${startGoal} ms`)]);
  }
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  const failures = names.flatMap((name) => Object.entries(results[name]).filter(([, one]) => one.failed).map(([load, one]) => `${name}, ${load}: ${one.failed}`));
  return [
    `64-byte text messages, one in flight per socket; server on one processor, load on the other; ${quick ? "quick run: figures are rough" : "best of three rounds of 2 s, the servers taking turns"}`,
    machine,
    "",
    ...lines,
    ...(failures.length ? ["", ...failures] : []),
  ].join("\n");
}

const shown = (ratio) => (ratio === undefined ? "" : ratio.toFixed(2));

/** The goal, marked by whether it is reached. */
function verdict(value, reached, goal) {
  return value === undefined ? goal : `${reached(value) ? "✔" : "✘"} ${goal}`;
}
