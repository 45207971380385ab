// Promises: a program started here is waited for by what it prints, never by a sleep; it is ended by its own id; and it
// does not outlive the test process. Every wait has an end, and one that a slow, busy machine does not reach: what is asserted
// is what comes, not how soon.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** How long anything is waited for that must come. */
export const PATIENCE_MS = 240_000;

const running = new Set();
const folders = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

/** A new empty folder, removed when this process ends. */
export function temporaryFolder(prefix = "holdfast-test-") {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

/** Rejects with `what` when `promise` has not settled after `ms`. */
export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(typeof what === "function" ? what() : what)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks `condition` until it gives something truthy, at most `ms` long. */
export async function eventually(what, condition, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`still not after ${ms} ms: ${typeof what === "function" ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A started program with everything it has printed so far. */
export class Program {
  constructor(command, args, options = {}) {
    this.name = path.basename(command);
    this.text = "";
    this.code = undefined;
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    running.add(this.child);
    this.waiters = new Set();
    const read = (chunk) => {
      this.text += chunk;
      for (const waiter of this.waiters) waiter();
    };
    // Output reaches the waiters as it comes, from either stream.
    this.child.stdout?.setEncoding("utf8").on("data", read);
    this.child.stderr?.setEncoding("utf8").on("data", read);
    this.exited = new Promise((resolve) => {
      const end = (code, signal) => {
        running.delete(this.child);
        this.code = code ?? signal;
        for (const waiter of this.waiters) waiter();
        resolve(this.code);
      };
      this.child.on("error", (error) => {
        this.text += String(error);
        end("cannot start");
      });
      this.child.on("close", end);
    });
  }

  get pid() {
    return this.child.pid;
  }

  /** The first match of `pattern` in the output from `from` on; rejects when the program ends without it. */
  printed(pattern, ms = PATIENCE_MS, from = 0) {
    const search = new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.text.slice(from));
        if (!found && this.code === undefined) return;
        this.waiters.delete(look);
        if (found) resolve(found);
        else reject(new Error(`${this.name} ended with ${this.code} and never printed ${pattern}:\n${this.text}`));
      };
      this.waiters.add(look);
      look();
    });
    return within(ms, () => `${this.name} did not print ${pattern} in ${ms} ms:\n${this.text}`, search);
  }

  /** SIGTERM, then SIGKILL when it has not ended in `graceMs`. Returns the exit code or the signal's name. */
  async stop(graceMs = 30_000) {
    if (typeof graceMs !== "number") throw new TypeError(`milliseconds are wanted, not ${graceMs}`);
    if (this.code !== undefined) return this.code;
    this.child.kill("SIGTERM");
    const timer = setTimeout(() => this.child.kill("SIGKILL"), graceMs);
    await this.exited;
    clearTimeout(timer);
    return this.code;
  }

  /** Ends it without a chance to say goodbye. */
  async kill() {
    this.child.kill("SIGKILL");
    return this.exited;
  }
}
