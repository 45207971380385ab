// Promises: a disk for one server that stalls, fails or is full when the test says so. Syncs and writes at an offset go
// through disk.c, which is loaded before the C library; what else a program writes is left alone.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./process.mjs";

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), "disk.c");

/** Why no disk can be held here; undefined where one can. */
export const impossible = process.platform === "linux" ? undefined : "libraries are loaded before others on Linux only";

let library;

function compiled() {
  if (!library) {
    library = path.join(temporaryFolder(), "disk.so");
    execFileSync(process.env.CC ?? "cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]);
  }
  return library;
}

/** A disk as it should be. Start the server with its `env`. */
export class Disk {
  constructor() {
    this.file = path.join(temporaryFolder(), "mood");
    this.heal();
    this.env = { LD_PRELOAD: compiled(), HOLDFAST_DISK: this.file };
  }

  /** Nothing becomes durable until `heal()`. */
  stall() {
    this.#set("s");
  }

  /** Syncs and writes fail with an input/output error. */
  fail() {
    this.#set("f");
  }

  /** There is no space left. */
  fill() {
    this.#set("n");
  }

  /** As it was. */
  heal() {
    this.#set("");
  }

  #set(mood) {
    // Renamed into place, so that nobody reads half of it.
    fs.writeFileSync(`${this.file}.new`, mood);
    fs.renameSync(`${this.file}.new`, this.file);
  }
}
