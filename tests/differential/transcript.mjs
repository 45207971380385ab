// Promises: what one client script saw, as lines that two runs can be compared by. Each socket has a lane of its own, because
// nothing orders the events of two sockets; within a lane the order is the wire's.
import { Client, request } from "../support/client.mjs";
import { eventually } from "../support/process.mjs";
import { Raw } from "../support/raw.mjs";

const shown = (value) => {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return `<${Buffer.from(value).toString("hex")}>`;
  return JSON.stringify(value) ?? String(value);
};

export class Transcript {
  constructor(url) {
    this.url = url;
    this.lines = [];
    this.lanes = new Map();
    this.closers = [];
    /** Headers that are logged with every response. */
    this.headers = ["content-type", "location", "set-cookie", "sec-websocket-protocol"];
  }

  log(...values) {
    this.lines.push(values.map(shown).join(" "));
  }

  /** One HTTP exchange, logged: status, the headers that matter, body. */
  async fetch(path, { show = [], quiet = false, ...options } = {}) {
    const response = await request(this.url, path, options);
    const headers = {};
    for (const name of [...this.headers, ...show]) if (response.headers[name] !== undefined) headers[name] = response.headers[name];
    const body = this.#anonymous(response.body);
    if (!quiet) this.log(`${options.method ?? "GET"} ${path}:`, response.status, this.#anonymous(JSON.stringify(headers)), body);
    return response;
  }

  /** A WebSocket whose events go to the lane `name`. A refusal is logged and gives null. */
  async connect(path, { name = `socket ${this.lanes.size + 1}`, ...options } = {}) {
    const lane = [];
    this.lanes.set(name, lane);
    try {
      const client = await Client.open(this.url, path, options);
      // The client's own list becomes the lane, with what it already holds.
      this.lanes.set(name, client.events);
      this.closers.push(() => client.vanish());
      return client;
    } catch (error) {
      lane.push(`refused: ${error.status ?? error.message}`);
      return null;
    }
  }

  /** A WebSocket as bytes. What is read from it is logged by the script itself. */
  async raw(path, headers) {
    const raw = await Raw.open(this.url, path, headers);
    this.closers.push(() => raw.destroy());
    return raw;
  }

  /** Asks `path` until its body satisfies `accept`; logs that body. */
  async settled(path, accept) {
    let body;
    await eventually(() => `${path} to say what was expected; last: ${body}`, async () => {
      ({ body } = await request(this.url, path));
      return accept(body);
    });
    this.log(`${path}:`, this.#anonymous(body));
    return body;
  }

  /** Runs at the end of the script, whatever happens. */
  defer(action) {
    this.closers.push(action);
  }

  // The port is the only thing two right answers differ by.
  #anonymous(text) {
    return text.replaceAll(new URL(this.url).host, "HOST");
  }

  async finish() {
    const lines = [...this.lines];
    for (const [name, lane] of this.lanes) for (const line of lane) lines.push(`${name}: ${this.#anonymous(line)}`);
    for (const close of this.closers) await close();
    return lines;
  }
}

/** Runs a case's script against `url`. A script that fails ends its transcript with the failure. */
export async function transcribe(client, url) {
  const transcript = new Transcript(url);
  let failure;
  try {
    await client(transcript);
  } catch (error) {
    failure = error;
  }
  const lines = await transcript.finish();
  if (failure) lines.push(`the script failed: ${failure.message}`);
  return { lines, failure };
}
