// Promises: what a test needs to have many of something: work done a few at a time, lean WebSocket clients that keep nothing
// of what they heard, and what the system says about a process.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { npm } from "../support/packages.mjs";
import { PATIENCE_MS, within } from "../support/process.mjs";

const WebSocket = npm("ws");

/** The whole numbers below `count`. */
export const upTo = (count) => Array.from({ length: count }, (_, number) => number);

/** `work` for each of `list`, at most `width` at a time; the results in order. */
export async function each(list, width, work) {
  const results = [];
  let at = 0;
  const lane = async () => {
    while (at < list.length) {
      const mine = at++;
      results[mine] = await work(list[mine], mine);
    }
  };
  await Promise.all(upTo(Math.min(width, list.length)).map(lane));
  return results;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens a WebSocket; `onmessage` gets each text as it comes. The close code will be in `closed`, once there is one. */
export async function open(url, path, onmessage) {
  const target = new URL(path, url);
  target.protocol = "ws:";
  const socket = new WebSocket(target.href, { perMessageDeflate: false });
  const one = { closed: undefined, send: (text) => socket.send(text), close: (code) => socket.close(code), vanish: () => socket.terminate() };
  socket.on("message", (data) => onmessage(data.toString()));
  const opened = new Promise((resolve, reject) => {
    socket.once("open", resolve).on("error", reject);
    socket.once("close", (code) => {
      one.closed = code;
      reject(new Error(`closed with ${code}`));
    });
  });
  await within(PATIENCE_MS, `${path}: the WebSocket did not open`, opened);
  return one;
}

/** Bytes of memory that process `pid` holds. */
export function residentBytes(pid) {
  const file = `/proc/${pid}/status`;
  if (fs.existsSync(file)) return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(file, "utf8"))[1]) * 1024;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
}

/** How many descriptors process `pid` has open; undefined where the system does not say. */
export function descriptors(pid) {
  const folder = `/proc/${pid}/fd`;
  return fs.existsSync(folder) ? fs.readdirSync(folder).length : undefined;
}

export const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
